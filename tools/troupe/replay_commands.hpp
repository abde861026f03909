// What can be said to a replay that is stopped (`troupe replay -i`): words in, JSON out. Knows no
// terminal.
#pragma once

#include <string>
#include <vector>

#include "runtime/replay/debugger.hpp"

namespace troupe::tool {

class replay_commands {
public:
  using arguments = std::vector<std::string>;

  /// `now` is what "5m" is before.
  replay_commands(runtime::debugger& of, instant now) : of_{of}, now_{now} {}

  /// The content of the answer. `on_commit` has at least one word; `stop` ends a long way.
  result<json> run(const arguments& said, const runtime::debugger::interrupt& stop);
  /// What may stand behind `before`.
  std::vector<std::string> guess(const arguments& before) const;

private:
  using outcome = result<json>;
  struct command {
    std::string_view name, usage, about, example;
    std::size_t least, most; ///< Words behind the name.
    outcome (replay_commands::*run)(const arguments& args);
  };
  static const std::vector<command>& table();
  static std::vector<std::string> names();

  outcome step(const arguments& args);
  outcome go_on(const arguments& args);
  outcome until(const arguments& args);
  outcome back(const arguments& args);
  outcome go_to(const arguments& args);
  outcome add_break(const arguments& args);
  outcome add_watch(const arguments& args);
  outcome breaks(const arguments& args);
  outcome remove(const arguments& args);
  outcome where(const arguments& args);
  outcome state(const arguments& args);
  outcome message(const arguments& args);
  outcome cause(const arguments& args);
  outcome check(const arguments& args);
  outcome tree(const arguments& args);
  outcome help(const arguments& args);
  outcome quit(const arguments& args);

  runtime::debugger& of_;
  instant now_;
  runtime::debugger::interrupt stop_; ///< Of the command at hand.
};

/// An answer as people read it; ends with a newline.
std::string render_replay(std::string_view command, const json& content, std::size_t columns);

/// {"troupe_replay": 1, "command": …, "content": …}, or with "error", in a line.
std::string replay_json_line(std::string_view command, const result<json>& answer);

} // namespace troupe::tool
