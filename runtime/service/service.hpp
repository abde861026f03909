// What lives in a cell: a configuration, a state, and one `on(message)` per message it hears.
//
// A handler is a function of (state, message, now, random). What it wants done in the world it says
// through the verbs below; they take effect together when it has returned, and not at all if it
// throws. A service holds nothing that is not in its state: no thread, no timer, no waiting lambda.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/log.hpp"
#include "runtime/mail/address.hpp"
#include "runtime/mail/transaction.hpp"
#include "runtime/observation/cause.hpp"
#include "runtime/observation/failure_book.hpp"
#include "runtime/observation/listing.hpp"
#include "runtime/observation/trace.hpp"
#include "runtime/observation/watchdog.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "storage/check.hpp"
#include "storage/store_access.hpp"

namespace troupe::runtime {

struct service_kind;
class kind_registry;
class recorder;
class vault;

/// One described message per type; the only list of what a service hears.
template <class... Messages>
struct messages {};

/// What a cell does for the service in it. Services use the verbs of `service_base`.
class context {
public:
  virtual const address& me() const = 0;
  virtual const address& sender() const = 0;
  virtual const any_message& current() const = 0;
  virtual instant now() const = 0;
  virtual std::uint64_t random() = 0;
  virtual address address_of(std::string_view path) = 0;
  virtual storage::store* store() = 0;
  /// Over which the event at hand asks the outside; null if nobody records and none is replayed.
  virtual storage::effect_log* effect_log() = 0;
  virtual std::vector<std::string> children() const = 0;
  virtual const child_spec* child_spec_of(const std::string& name) const = 0;
  virtual const kind_registry& kinds() const = 0;
  virtual std::vector<child_spec> configured_children(std::string_view of) const = 0;
  virtual std::vector<stuck_handler> stuck() const = 0;
  virtual std::vector<service_failure> failures() const = 0;
  virtual tracer& traces() = 0;
  virtual const directory& paths() const = 0;
  virtual runtime::recorder* recorder() = 0;
  virtual vault& secrets() = 0;

  virtual void send(address to, any_message what) = 0;
  virtual void start_timer(std::string key, span after, any_message what) = 0;
  virtual void cancel_timer(std::string_view key) = 0;
  virtual void start_child(child_spec spec) = 0;
  virtual void stop_child(std::string name) = 0;
  virtual void control(std::string path, any_message command) = 0;
  virtual void finish(std::string reason) = 0;
  virtual void ready() = 0;
  virtual void prepared(std::string refusal) = 0;
  virtual void log(level severity, std::string message) = 0;

protected:
  ~context() = default;
};

class service_base {
public:
  virtual ~service_base() = default;

  virtual const service_kind& kind() const = 0;
  virtual bytes state_bytes() const = 0;
  virtual json state_json() const = 0;
  virtual result<void> load_state(std::string_view in) = 0;
  virtual json config_json() const = 0;
  /// Reads a configuration to come; refused if it cannot be read. `exchange_config` puts it in
  /// force and keeps the former one in its place, so that a second call undoes the first.
  virtual result<void> offer_config(std::string_view in) = 0;
  virtual void exchange_config() = 0;
  virtual void drop_offered_config() = 0;

  /// A new incarnation begins: fill the state from configuration and store. May throw.
  virtual void init() {}
  /// In place of `init` after a hot swap: the state is that of the predecessor.
  virtual void code_change() {}
  /// Of kinds that take a configuration in place (`takes_configuration`): another one is offered.
  /// What it needs from outside can be got now, while everything else goes on. False: `prepared`
  /// will be said.
  virtual bool prepare_reconfig() { return true; }
  /// Nothing comes of what was prepared.
  virtual void abort_reconfig() {}
  /// Another configuration is in force. It may say what follows from it and drop what was derived
  /// from the former; it leaves the state alone, for the exchange may be undone.
  virtual void config_changed() {}
  /// False if `init` leaves it to the service to say `ready()` later.
  virtual bool ready_when_started() const { return true; }
  /// An orderly stop is wanted. True: end now. False: `finish` will be said.
  virtual bool shutdown_requested() { return true; }
  /// Nothing waits in the mailbox.
  virtual void mailbox_drained() {}
  /// False if what came of the messages so far is held back for `mailbox_drained`: it is lost if
  /// the service fails now, so these messages are kept and handled again by the next incarnation.
  virtual bool flushed() const { return true; }
  /// Between two messages, before a swap, a restart or an injected failure: say now what was held
  /// back for `mailbox_drained`.
  virtual void flush() {}
  /// The service has failed for `reason`, or is rebuilt, and is about to be dropped: the last
  /// chance to send something.
  virtual void terminate(const std::string& reason) { (void)reason; }
  /// Why what the query is about does not start or end, as far as this service knows, by its state
  /// at this moment. Nothing if the query was passed on to a service that answers it. Kinds that
  /// override it hear `query`.
  virtual std::optional<causes> explain(const query&) { return causes{}; }
  void on(const query& what) {
    if (auto known = explain(what))
      send(what.requester, explanation{what.token, std::move(*known)});
  }

  void attach(context& host) noexcept { host_ = &host; }

protected:
  /// For the shell's end, which lends it to the commands of all folders.
  context& host() { return *host_; }

  // -- what a handler may know -----------------------------------------------------------------
  instant now() const { return host_->now(); }
  std::uint64_t random() { return host_->random(); }
  const address& me() const { return host_->me(); }
  const address& sender() const { return host_->sender(); }
  /// The message at hand, for keeping without a copy.
  const any_message& current() const { return host_->current(); }
  address address_of(std::string_view path) { return host_->address_of(path); }
  address child(std::string_view name) { return host_->address_of(child_path(me().path(), name)); }
  std::vector<std::string> children() const { return host_->children(); }
  /// What the child was started with; null if there is none of that name.
  const child_spec* child_spec_of(const std::string& name) const {
    return host_->child_spec_of(name);
  }
  const kind_registry& kinds() const { return host_->kinds(); }
  /// What runs below `of` by configuration, as it is specified now.
  std::vector<child_spec> configured_children(std::string_view of) const {
    return host_->configured_children(of);
  }
  /// Handlers that do not return.
  std::vector<stuck_handler> stuck() const { return host_->stuck(); }
  /// Of all services, the newest first.
  std::vector<service_failure> failures() const { return host_->failures(); }
  tracer& traces() { return host_->traces(); }
  /// The whole tree at this moment; for showing it, never for finding a peer.
  const directory& paths() const { return host_->paths(); }
  /// Null if nobody can be told where to record.
  runtime::recorder* recorder() { return host_->recorder(); }
  /// Only within `outside`, or for masking what leaves.
  vault& secrets() { return host_->secrets(); }
  /// For read transactions within one handler.
  storage::store_access store() { return {host_->store(), host_->effect_log()}; }
  /// Masks the secrets in `text`; whether there were any.
  bool hide_secrets(bytes& text) const;
  /// `value` with its secrets masked: for what is compared or digested by its text, which must come
  /// out the same in a replay.
  template <described Value>
  Value masked(Value value) const {
    auto stored = encode(value);
    return hide_secrets(stored) ? decode<Value>(stored).value() : std::move(value);
  }
  /// The answer of `ask()` to what only the outside can know, such as what is in a file. In a
  /// replay, what it was then.
  template <class Ask>
  auto outside(std::string_view question, const Ask& ask) {
    return storage::answered(host_->effect_log(), question, ask);
  }

  // -- what a handler may do: verbs take effect after it has returned ---------------------------
  template <described Message>
  void send(const address& to, Message what) {
    host_->send(to, any_message{std::move(what)});
  }
  void send(const address& to, any_message what) { host_->send(to, std::move(what)); }

  /// A message to myself after `after`; replaces an earlier one of the same `key`.
  template <described Message>
  void start_timer(std::string key, span after, Message what) {
    host_->start_timer(std::move(key), after, any_message{std::move(what)});
  }
  void cancel_timer(std::string_view key) { host_->cancel_timer(key); }

  /// Stores and says in one: what the transaction says leaves once it is durable.
  void commit(transaction work) {
    work.owner = me();
    hide_secrets(work.work);
    host_->send(host_->address_of(store_path), any_message{std::move(work)});
  }

  void start_child(child_spec spec) { host_->start_child(std::move(spec)); }
  void stop_child(std::string name) { host_->stop_child(std::move(name)); }
  /// A command to any cell of the tree; the answer comes as `cell_answer`.
  template <described Command>
  void control(std::string path, Command what) {
    host_->control(std::move(path), any_message{std::move(what)});
  }
  void control(std::string path, any_message command) {
    host_->control(std::move(path), std::move(command));
  }
  /// This service has done its work; its cell ends. An empty reason is an orderly end.
  void finish(std::string reason = {}) { host_->finish(std::move(reason)); }
  void ready() { host_->ready(); }
  /// After `prepare_reconfig` was false: the change can be made, or why not.
  void prepared(std::string refusal = {}) { host_->prepared(std::move(refusal)); }

  template <class... Args>
  void log(level severity, fmt::format_string<Args...> form, Args&&... args) {
    host_->log(severity, fmt::format(form, std::forward<Args>(args)...));
  }

private:
  void hide_secrets(storage::batch& work) const;

  context* host_ = nullptr;
};

/// Base of every service: `class x : public service<x, x_config, x_state>`.
template <class Self, described Config, described State>
class service : public service_base {
public:
  using config_type = Config;
  using state_type = State;

  /// Self::static_kind() describes the class; see make_kind.
  const service_kind& kind() const final { return Self::static_kind(); }
  bytes state_bytes() const final { return encode(state_); }
  json state_json() const final { return to_json(state_); }
  json config_json() const final { return to_json(config_); }
  result<void> load_state(std::string_view in) final {
    auto read = decode<State>(in);
    if (!read)
      return read.error();
    state_ = std::move(*read);
    return {};
  }
  result<void> offer_config(std::string_view in) final {
    auto read = decode<Config>(in);
    if (!read)
      return read.error();
    offered_ = std::make_unique<Config>(std::move(*read));
    return {};
  }
  void exchange_config() final { std::swap(config_, *offered_); }
  void drop_offered_config() final { offered_.reset(); }
  void configure(Config config) { config_ = std::move(config); }

protected:
  const Config& config() const noexcept { return config_; }
  /// The configuration that is offered, between `prepare_reconfig` and the change.
  const Config& offered_config() const noexcept { return *offered_; }
  State& state() noexcept { return state_; }
  const State& state() const noexcept { return state_; }

private:
  Config config_;
  std::unique_ptr<Config> offered_;
  State state_;
};

} // namespace troupe::runtime
