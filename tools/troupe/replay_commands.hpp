// What can be said to a replay that is stopped (`troupe replay -i`): words in, JSON out. Knows no
// terminal.
#pragma once

#include <string>
#include <vector>

#include "runtime/replay/debugger.hpp"

namespace troupe::tool {

class replay_commands {
public:
  using words = std::vector<std::string>;

  /// `now` is what "5m" is before.
  replay_commands(runtime::debugger& of, instant now) : of_{of}, now_{now} {}

  /// The content of the answer. `said` has at least one word; `stop` ends a long way.
  result<json> run(const words& said, const runtime::debugger::interrupt& stop);
  /// What may stand behind `before`.
  std::vector<std::string> guess(const words& before) const;

private:
  using outcome = result<json>;
  struct command {
    std::string_view name, usage, about, example;
    std::size_t least, most; ///< Words behind the name.
    outcome (replay_commands::*run)(const words& args);
  };
  static const std::vector<command>& table();
  static std::vector<std::string> names();

  outcome step(const words& args);
  outcome go_on(const words& args);
  outcome until(const words& args);
  outcome back(const words& args);
  outcome go_to(const words& args);
  outcome add_break(const words& args);
  outcome add_watch(const words& args);
  outcome breaks(const words& args);
  outcome remove(const words& args);
  outcome where(const words& args);
  outcome state(const words& args);
  outcome message(const words& args);
  outcome cause(const words& args);
  outcome check(const words& args);
  outcome tree(const words& args);
  outcome help(const words& args);
  outcome quit(const words& args);

  runtime::debugger& of_;
  instant now_;
  runtime::debugger::interrupt stop_; ///< Of the command at hand.
};

/// An answer as people read it; ends with a newline.
std::string render_replay(std::string_view command, const json& content, std::size_t columns);

/// {"troupe_replay": 1, "command": …, "content": …}, or with "error", in a line.
std::string replay_json_line(std::string_view command, const result<json>& answer);

} // namespace troupe::tool
