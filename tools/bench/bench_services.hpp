// Services and a system for benchmarks of the runtime alone: no store, no I/O loop.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "runtime/cell/system.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/service/branch.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::bench {

/// Number `number` of what `sender` says to this receiver.
struct numbered {
  std::int64_t sender = 0;
  std::int64_t number = 0;
  runtime::address back; ///< Hears `taken` for it.
  TROUPE_FIELDS(sender, number, back)
};
struct taken {
  std::int64_t number = 0;
  TROUPE_FIELDS(number)
};
/// Keep `ahead` messages on their way to each of these, for ever.
struct keep_saying {
  std::vector<runtime::address> to;
  std::int64_t ahead = 1;
  TROUPE_FIELDS(to, ahead)
};

struct peer_config {
  std::int64_t generation = 0; ///< Differs from swap to swap.
  TROUPE_FIELDS(generation)
};
struct peer_state {
  std::map<std::int64_t, std::int64_t> last; ///< By sender.
  std::map<std::string, std::int64_t> said;  ///< By receiver.
  std::int64_t out_of_order = 0;
  std::int64_t heard = 0;
  TROUPE_FIELDS(last, said, out_of_order, heard)
};

/// Says numbered messages to others, and checks that it hears theirs in order, each once.
class peer : public runtime::service<peer, peer_config, peer_state> {
public:
  using hears = runtime::messages<numbered, taken, keep_saying>;
  static const runtime::service_kind& static_kind();

  void on(const numbered&);
  void on(const taken&);
  void on(const keep_saying&);

private:
  void say(const runtime::address& to);
};

const runtime::service_kind& peer_kind();

runtime::child_spec peer_child(std::string name, std::int64_t generation = 0);
runtime::child_spec branch_child(std::string name, std::vector<runtime::child_spec> children);

/// Takes the messages to its address; `wait` for the next answer of a cell.
class mouthpiece : public runtime::sink {
public:
  void deliver(runtime::envelope what) override;
  /// The next answer; throws `failed` after ten seconds.
  runtime::cell_answer wait();
  /// The next `taken`.
  void wait_taken();

private:
  template <class Ready>
  void await(std::unique_lock<std::mutex>& guard, Ready ready);

  std::mutex lock_;
  std::condition_variable changed_;
  std::vector<runtime::cell_answer> answers_;
  std::int64_t taken_ = 0;
};

/// A running tree.
class scene {
public:
  explicit scene(runtime::child_spec root);
  ~scene();

  runtime::system& sys() { return sys_; }
  runtime::address address_of(std::string_view path) { return sys_.address_of(path); }
  runtime::address me() { return me_; }
  void command(std::string_view path, runtime::any_message what);
  runtime::cell_answer ask(std::string_view path, runtime::any_message what);
  mouthpiece& ear() { return *ear_; }

private:
  runtime::kind_registry kinds_;
  runtime::logger log_;
  runtime::system sys_;
  runtime::address me_;
  std::shared_ptr<mouthpiece> ear_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool up_ = false, ended_ = false;
};

/// One line of JSON, as tools/bench/bench.py prints them; whether `good`.
bool send(std::string_view bench, double value, std::string_view unit, std::size_t runs,
          std::string_view bound, bool good, boost::json::object more = {});
double at_part(std::vector<double> figures, double part);
double seconds_since(std::chrono::steady_clock::time_point began);

} // namespace troupe::bench
