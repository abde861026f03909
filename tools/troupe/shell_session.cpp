#include "tools/troupe/shell_session.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/troupe/shell_render.hpp"

namespace troupe::tool {

namespace {

volatile std::sig_atomic_t interrupts = 0;

void note_interrupt(int) {
  interrupts = interrupts + 1;
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
  return complain(why.message);
}

bool is_red(const json& content) {
  const auto* parts = content.if_object();
  const auto* status = parts ? parts->if_contains("status") : nullptr;
  return status && status->is_string() && status->get_string() == "red";
}

} // namespace

// Without SA_RESTART: a wait for the master's next answer must notice.
void catch_interrupts(bool wanted) {
  struct sigaction what {};
  what.sa_handler = wanted ? note_interrupt : SIG_DFL;
  ::sigaction(SIGINT, &what, nullptr);
  interrupts = 0;
}

bool was_interrupted() {
  return interrupts > 0;
}

std::size_t terminal_columns() {
  return look_at_terminal().columns;
}

int shell_session::run(const std::vector<std::string>& arguments) {
  if (arguments[0] == "cd")
    return go_to(arguments);
  auto* command = find(arguments[0]);
  if (!command)
    return ask(arguments); // the master knows the nearest name
  auto resolved = resolve_words(place_, command->usage, arguments);
  if (command->writes && !confirmed(*command, resolved))
    return complain("not done");
  return ask(resolved);
}

int shell_session::ask(const std::vector<std::string>& arguments) {
  auto at = look_at_terminal();
  bool red = false;
  auto hear = [&](const json& content) {
    red = arguments[0] == "health" && is_red(content);
    auto text =
        options_.json ? json_line(arguments[0], content) : render(arguments[0], content, at);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size()
           && std::fflush(stdout) == 0;
  };
  std::vector<std::string> args{arguments.begin() + 1, arguments.end()};
  auto asked = client_->ask(arguments[0], args, hear, [] { return interrupts > 0; });
  if (asked || interrupts > 0) // a user who watches leaves by Ctrl-C
    return red ? failed_status : done;
  return give_up(arguments[0], asked.error(), options_.json);
}

int shell_session::run_again(const std::vector<std::string>& arguments) {
  if (!client_ || !client_->ask("help", {"help"})) {
    auto made = shell_client::connect(options_.folder);
    if (!made)
      return give_up(arguments[0], made.error(), options_.json);
    client_.emplace(std::move(*made));
    commands_.clear();
  }
  catch_interrupts(true);
  int status = run(arguments);
  catch_interrupts(false);
  return status;
}

const shell_session::known_command* shell_session::find(const std::string& name) {
  if (commands_.empty())
    if (auto rows = client_->ask("help", {}); rows && rows->is_array())
      for (const auto& row : rows->get_array()) {
        const auto& parts = row.as_object();
        commands_.push_back({std::string{parts.at("name").as_string()},
                             std::string{parts.at("usage").as_string()},
                             parts.at("writes").as_bool()});
      }
  auto found = std::find_if(commands_.begin(), commands_.end(),
                            [&](const auto& one) { return one.name == name; });
  return found == commands_.end() ? nullptr : &*found;
}

int shell_session::go_to(const std::vector<std::string>& arguments) {
  if (arguments.size() > 2)
    return complain("usage: cd [PATH]");
  auto wanted = arguments.size() == 1 ? "/" : resolve_path(place_, arguments[1]);
  if (auto there = client_->ask("ls", {wanted}); !there)
    return give_up("cd", there.error(), options_.json);
  place_ = wanted;
  if (options_.json)
    std::fputs(json_line("cd", to_json(place_)).c_str(), stdout);
  return done;
}

// Scripts have said what they want; a person may have slipped.
bool shell_session::confirmed(const known_command& command,
                              const std::vector<std::string>& arguments) {
  bool dry = std::find(arguments.begin(), arguments.end(), "--dry-run") != arguments.end();
  if (options_.yes || dry || !::isatty(STDIN_FILENO))
    return true;
  std::string line;
  for (const auto& word : arguments)
    line += (line.empty() ? "" : " ") + word;
  std::fprintf(stderr, "%s changes a running master: %s? [y/N] ", command.name.c_str(),
               line.c_str());
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

// -- completion -----------------------------------------------------------------------------------

std::vector<std::string> shell_session::column(const char* command, const char* key,
                                               const std::vector<std::string>& args) {
  std::vector<std::string> found;
  auto rows = client_->ask(command, args);
  if (rows && rows->is_array())
    for (const auto& row : rows->get_array())
      if (auto* value = row.get_object().if_contains(key); value && value->is_string())
        found.emplace_back(value->get_string());
  return found;
}

std::vector<std::string> shell_session::paths() {
  std::vector<std::string> found;
  auto tree = client_->ask("tree", {});
  if (!tree || !tree->is_object())
    return found;
  for (const auto& row : tree->get_object().at("services").as_array()) {
    std::string path{row.as_object().at("path").as_string()};
    found.push_back(path);
    auto below = place_ == "/" ? place_ : place_ + "/"; // also as seen from here
    if (path.size() > below.size() && path.rfind(below, 0) == 0)
      found.push_back(path.substr(below.size()));
  }
  return found;
}

std::vector<std::string> shell_session::guess(const std::vector<std::string>& before) {
  if (before.empty()) {
    auto names = column("help", "name");
    names.insert(names.end(), {"cd", "exit"});
    return names;
  }
  const auto& command = before[0];
  auto* known = find(command);
  std::string usage = command == "cd" ? "PATH" : known ? known->usage : "";
  if (before.size() == 1) {
    if (command == "help")
      return column("help", "name");
    if (command == "worker" || command == "why")
      return column("workers", "name");
    if (usage.rfind("[mailbox|", 0) == 0)
      return {"mailbox", "messages", "time", "memory", "restarts"};
    if (usage.rfind("BUILDER", 0) == 0 || usage.rfind("[BUILDER", 0) == 0)
      return column("builders", "name");
    if (usage.rfind("PATH", 0) == 0 || usage.rfind("[PATH", 0) == 0)
      return paths();
    return {};
  }
  if (command == "worker" && before.size() == 2)
    return {"pause", "unpause", "stop", "kill"};
  if (command == "send" && before.size() == 2)
    return column("hears", "message", {resolve_path(place_, before[1])});
  if (command == "force")
    return column("builders", "name");
  return {};
}

} // namespace troupe::tool
