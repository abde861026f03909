// `troupe replay -i`: a prompt over a replay, or commands from a pipe.
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "actors/master/tree.hpp"
#include "storage/wall_time.hpp"
#include "tools/troupe/replay_commands.hpp"
#include "tools/troupe/replay_journal.hpp"
#include "tools/troupe/shell_prompt.hpp"
#include "tools/troupe/shell_session.hpp"
#include "tools/troupe/shell_words.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace {

/// Says one command and shows the answer; whether it was done.
bool say(replay_commands& to, const std::vector<std::string>& message, bool as_json) {
  catch_interrupts(true);
  auto answer = to.run(message, was_interrupted);
  catch_interrupts(false);
  auto columns = terminal_columns();
  if (as_json)
    std::fputs(replay_json_line(message[0], answer).c_str(), stdout);
  else if (answer)
    std::fputs(render_replay(message[0], *answer, columns).c_str(), stdout);
  else
    complain(answer.error().message);
  std::fflush(stdout);
  return static_cast<bool>(answer);
}

int run_prompt(replay_commands& commands, bool as_json) {
  shell_prompt prompt{{}, [&](const auto& before) { return commands.guess(before); }};
  std::puts("help lists the commands; Ctrl-D leaves.");
  say(commands, {"where"}, as_json);
  while (auto line = prompt.read("replay> ")) {
    auto message = split_words(*line);
    if (message.empty())
      continue;
    if (message == std::vector<std::string>{"quit"})
      return done;
    say(commands, message, as_json);
  }
  std::puts("");
  return done;
}

// The first command that fails ends a script; a program, which reads the answers, decides itself.
int run_piped(replay_commands& commands, bool as_json) {
  int status = done;
  for (std::string line; std::getline(std::cin, line);) {
    auto message = split_words(line);
    if (message.empty() || message[0][0] == '#')
      continue;
    if (message == std::vector<std::string>{"quit"})
      return status;
    if (say(commands, message, as_json))
      continue;
    status = failed_status;
    if (!as_json)
      return status;
  }
  return status;
}

} // namespace

int replay_interactively(const replay_options& options) {
  if (options.until || !options.until_time.empty() || !options.state.empty() || options.follow) {
    complain("--interactive goes with --check and --json only: the others have commands there");
    return usage_status;
  }
  runtime::kind_registry kinds;
  master::add_kinds(kinds);
  auto opened = runtime::debugger::open(journal_of(options.journal), kinds, TROUPE_VERSION);
  if (!opened)
    return complain(opened.error().message);
  (*opened)->check(options.check);
  replay_commands commands{**opened, wall_time()};
  return ::isatty(STDIN_FILENO) ? run_prompt(commands, options.json)
                                : run_piped(commands, options.json);
}

} // namespace troupe::tool
