// `troupe shell`: one command, commands from a pipe, or a prompt.
#include <csignal>
#include <cstdio>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/troupe/shell_client.hpp"
#include "tools/troupe/shell_prompt.hpp"
#include "tools/troupe/shell_render.hpp"
#include "tools/troupe/shell_words.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace {

volatile std::sig_atomic_t interrupts = 0;

void note_interrupt(int) { interrupts = interrupts + 1; }

// Without SA_RESTART: a wait for the master's next answer must notice.
void catch_interrupts(bool wanted) {
  struct sigaction what {};
  what.sa_handler = wanted ? note_interrupt : SIG_DFL;
  ::sigaction(SIGINT, &what, nullptr);
}

terminal look_at_terminal() {
  terminal found;
  winsize size{};
  if (!::isatty(STDOUT_FILENO))
    return found;
  found.colours = true;
  bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  found.columns = known ? size.ws_col : 80;
  return found;
}

/// For people on standard error; with --json for programs on standard output too.
int give_up(const std::string& command, const failure& why, bool as_json) {
  if (as_json)
    std::fputs(json_error_line(command, why).c_str(), stdout);
  return complain(why.words);
}

/// Runs one command and shows what it answers.
int run(shell_client& client, const std::vector<std::string>& words, bool as_json) {
  auto at = look_at_terminal();
  auto hear = [&](const json& content) {
    auto text = as_json ? json_line(words[0], content) : render(words[0], content, at);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size()
           && std::fflush(stdout) == 0;
  };
  std::vector<std::string> args{words.begin() + 1, words.end()};
  auto asked = client.ask(words[0], args, hear, [] { return interrupts > 0; });
  if (asked)
    return done;
  if (interrupts > 0)
    return done; // whoever watches leaves by Ctrl-C
  return give_up(words[0], asked.error(), as_json);
}

std::vector<std::string> column(shell_client& client, const char* command, const char* key) {
  std::vector<std::string> found;
  auto rows = client.ask(command, {});
  if (rows && rows->is_array())
    for (const auto& row : rows->get_array())
      if (auto* value = row.get_object().if_contains(key); value && value->is_string())
        found.emplace_back(value->get_string());
  return found;
}

/// What can follow the words before the cursor: the usage says what kind of thing it is.
std::vector<std::string> guess(shell_client& client, const std::vector<std::string>& before) {
  if (before.empty())
    return column(client, "help", "name");
  if (before.size() == 1) {
    const auto& command = before[0];
    if (command == "builds" || command == "build" || command == "stop" || command == "log")
      return column(client, "builders", "name");
    if (command == "worker" || command == "why")
      return column(client, "workers", "name");
    if (command == "help")
      return column(client, "help", "name");
    if (command == "top")
      return {"mailbox", "messages", "time", "restarts"};
    return column(client, "tree", "path");
  }
  if (before[0] == "worker" && before.size() == 2)
    return {"pause", "unpause", "stop", "kill"};
  if (before[0] == "force")
    return column(client, "builders", "name");
  return {};
}

/// Connects anew if the master was restarted meanwhile.
int run_again(std::optional<shell_client>& client, const std::string& folder,
              const std::vector<std::string>& words, bool as_json) {
  if (!client || !client->ask("help", {"help"})) {
    auto made = shell_client::connect(folder);
    if (!made)
      return give_up(words[0], made.error(), as_json);
    client.emplace(std::move(*made));
  }
  interrupts = 0;
  catch_interrupts(true);
  int status = run(*client, words, as_json);
  catch_interrupts(false);
  return status;
}

int run_prompt(const shell_options& options, std::optional<shell_client> client) {
  shell_prompt prompt{options.folder + "/.shell_history", [&](const auto& before) {
                        return client ? guess(*client, before) : std::vector<std::string>{};
                      }};
  std::puts("help lists the commands; Ctrl-D leaves.");
  while (auto line = prompt.read("troupe> ")) {
    auto words = split_words(*line);
    if (words.empty())
      continue;
    if (words[0] == "quit" || words[0] == "exit")
      return done;
    run_again(client, options.folder, words, options.json);
  }
  std::puts("");
  return done;
}

// As a script: the first command that fails ends it.
int run_piped(const shell_options& options, std::optional<shell_client> client) {
  for (std::string line; std::getline(std::cin, line);) {
    auto words = split_words(line);
    if (words.empty() || words[0][0] == '#')
      continue;
    if (int status = run_again(client, options.folder, words, options.json); status != done)
      return status;
  }
  return done;
}

} // namespace

int shell(const shell_options& options) {
  auto client = shell_client::connect(options.folder);
  if (!client)
    return give_up(options.words.empty() ? "" : options.words[0], client.error(), options.json);
  if (!options.words.empty()) {
    catch_interrupts(true);
    return run(*client, options.words, options.json);
  }
  if (::isatty(STDIN_FILENO))
    return run_prompt(options, std::move(*client));
  return run_piped(options, std::move(*client));
}

int reconfig(const reconfig_options& options) {
  auto client = shell_client::connect(options.folder);
  if (!client)
    return complain(client.error().words);
  return run(*client, options.dry_run ? std::vector<std::string>{"reconfig", "--dry-run"}
                                      : std::vector<std::string>{"reconfig"},
             false);
}

} // namespace troupe::tool
