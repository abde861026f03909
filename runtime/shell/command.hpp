// A command of the actor shell is a value. Each folder declares the commands about what is in it;
// the shell's end (actors/debug) joins their tables, reads requests and keeps what is awaited.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/journal/settings.hpp"
#include "runtime/service/service.hpp"

namespace troupe::shell {

/// The answer; nothing if it comes later.
using outcome = result<std::optional<json>>;
inline const std::optional<json> later;

/// Where `help` shows a command, in this order.
enum class category : int {
  overview,
  services,
  records,
  following,
  operation,
  recording,
  building,
  steering,
  master,
  protocol
};

struct command;
struct call;

/// What the shell's end does for commands.
class desk {
public:
  /// Notes that the request waits for `path`; the token goes with the question and comes back in
  /// the message for `command::answered`. `kept` is what the command needs to go on then.
  virtual std::string ask(const call& by, std::string path, span patience, json kept) = 0;
  /// A part of the answer; more is to come.
  virtual void say(const call& to, const json& part) = 0;
  /// What another command answers to the same request.
  virtual outcome perform(std::string_view name, call& by) = 0;

protected:
  ~desk() = default;
};

/// What the shell's end was configured with, as far as commands need it.
struct surroundings {
  std::string version; ///< Of the program.
  runtime::journal_settings journal;
};

/// A request while it is handled, when it is made and when a message comes that it waits for.
struct call {
  runtime::context& cell; ///< Of the shell's end: the view of the tree and the verbs.
  desk& at;
  const surroundings& around;
  const command* what = nullptr;
  std::int64_t connection = 0;
  std::int64_t id = 0;
  std::string who;               ///< The peer, as it is recorded.
  std::vector<std::string> args; ///< Of a request that is made.
  // of one that waited
  std::string token;
  std::string path; ///< Who was asked.
  json kept;
  bool stays_open = false;      ///< To be set where more messages of this token are to come.
  bool changes_nothing = false; ///< To be set where a command that writes is not to be recorded.

  instant now() const { return cell.now(); }
  const runtime::directory& paths() const { return cell.paths(); }
  storage::store_access store() const { return {cell.store(), cell.effect_log()}; }
  storage::snapshot read() const { return store().read(); }
  bool is_there(std::string_view whom) const;
  /// "Nobody is at …", with the nearest path at which somebody is.
  failure nobody_at(std::string_view whom) const;

  std::string ask(std::string whom, span patience, json with = nullptr) {
    return at.ask(*this, std::move(whom), patience, std::move(with));
  }
  template <described Message>
  void send(std::string_view to, Message message) {
    cell.send(cell.address_of(to), runtime::any_message{std::move(message)});
  }
  template <described Command>
  void control(std::string to, Command message) {
    cell.control(std::move(to), runtime::any_message{std::move(message)});
  }
};

struct command {
  std::string_view name;
  std::string_view usage; ///< What follows the name.
  std::string_view about;
  std::string_view example; ///< None: programs alone use it, and `help` leaves it out.
  category group = category::services;
  std::size_t args_min = 0;
  std::size_t args_max = 0;
  outcome (*run)(call&) = nullptr; ///< Null: the shell's end does it itself.
  bool writes = false;             ///< Changes something: it is recorded with who did it.

  /// What a message with the token of a question comes to.
  outcome (*answered)(call&, const runtime::any_message&) = nullptr;
  /// What is answered when the patience is over; absent: that nobody answered.
  outcome (*overdue)(call&) = nullptr;
  /// The peer, or the shell's end, goes away while the question is open.
  void (*dropped)(call&) = nullptr;
};

using command_table = std::vector<command>;
inline constexpr std::size_t many_args = 1000;

/// Asks the cell at `path` for a view of itself, answered with `cell_answer`.
outcome ask_cell(call& by, std::string path, const char* what, span patience,
                 std::int64_t limit = 100);
/// The content of a `cell_answer`, or why there is none.
outcome cell_said(call& by, const runtime::any_message& message);

namespace detail {
template <class... Lists>
struct joined_messages;
template <class... Messages>
struct joined_messages<runtime::messages<Messages...>> {
  using type = runtime::messages<Messages...>;
};
template <class... As, class... Bs, class... Lists>
struct joined_messages<runtime::messages<As...>, runtime::messages<Bs...>, Lists...>
  : joined_messages<runtime::messages<As..., Bs...>, Lists...> {};
} // namespace detail

/// The messages of several lists in one: each folder lists what its commands wait for.
template <class... Lists>
using joined = typename detail::joined_messages<Lists...>::type;

} // namespace troupe::shell
