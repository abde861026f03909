// `troupe shell`: one command, commands from a pipe, or a prompt. And `troupe reconfig`.
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "tools/troupe/shell_prompt.hpp"
#include "tools/troupe/shell_render.hpp"
#include "tools/troupe/shell_session.hpp"
#include "tools/troupe/shell_words.hpp"

namespace troupe::tool {

namespace {

int run_prompt(const shell_options& options, shell_session session) {
  shell_prompt prompt{options.folder + "/.shell_history",
                      [&](const auto& before) { return session.guess(before); }};
  std::puts("help lists the commands; Ctrl-D leaves.");
  while (auto line = prompt.read("troupe:" + session.place() + "> ")) {
    auto message = split_words(*line);
    if (message.empty())
      continue;
    if (message[0] == "quit" || message[0] == "exit")
      return done;
    session.run_again(message);
  }
  std::puts("");
  return done;
}

// As a script: the first command that fails ends it.
int run_piped(shell_session session) {
  for (std::string line; std::getline(std::cin, line);) {
    auto message = split_words(line);
    if (message.empty() || message[0][0] == '#')
      continue;
    if (int status = session.run_again(message); status != done)
      return status;
  }
  return done;
}

} // namespace

int shell(const shell_options& options) {
  auto client = shell_client::connect(options.folder);
  if (!client) {
    if (options.json)
      std::fputs(json_error_line(options.message.empty() ? "" : options.message[0], client.error())
                     .c_str(),
                 stdout);
    return complain(client.error().message);
  }
  shell_session session{options, std::move(*client)};
  if (!options.message.empty()) {
    catch_interrupts(true);
    return session.run(options.message);
  }
  if (::isatty(STDIN_FILENO))
    return run_prompt(options, std::move(session));
  return run_piped(std::move(session));
}

int reconfig(const reconfig_options& options) {
  shell_options how;
  how.folder = options.folder;
  how.yes = true; // to say so is what the command is for
  how.message = {"reconfig"};
  if (options.dry_run)
    how.message.emplace_back("--dry-run");
  if (options.settle) {
    how.message.emplace_back("--settle");
    how.message.push_back(std::to_string(*options.settle));
  }
  return shell(how);
}

} // namespace troupe::tool
