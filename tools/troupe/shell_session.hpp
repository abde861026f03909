// One person, or script, at the shell: where it is in the tree, and what becomes of each line.
#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "tools/troupe/shell_client.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

class shell_session {
public:
  shell_session(const shell_options& options, shell_client client)
    : options_{options}, client_{std::move(client)} {}

  /// Runs one command and shows what it answers; the exit status.
  int run(const std::vector<std::string>& arguments);
  /// The same, and connects again if the master was restarted meanwhile.
  int run_again(const std::vector<std::string>& arguments);
  /// What can follow the words before the cursor: the usage says what kind of thing it is.
  std::vector<std::string> guess(const std::vector<std::string>& before);

  const std::string& place() const noexcept { return place_; }

private:
  struct known_command {
    std::string name, usage;
    bool writes = false;
  };
  const known_command* find(const std::string& name);
  std::vector<std::string> column(const char* command, const char* key,
                                  const std::vector<std::string>& args = {});
  std::vector<std::string> paths();
  int go_to(const std::vector<std::string>& arguments);
  bool confirmed(const known_command& command, const std::vector<std::string>& arguments);
  int ask(const std::vector<std::string>& arguments);

  shell_options options_;
  std::optional<shell_client> client_;
  std::vector<known_command> commands_; ///< Asked for once.
  std::string place_ = "/";
};

/// `word` as a path, seen from `place`: "b", "./b", "../c", "/a/b".
std::string resolve_path(std::string_view place, std::string_view word);
/// The words of a command with its paths resolved, as its usage says which are; where a path may be
/// left out, `place` is meant.
std::vector<std::string> resolve_words(std::string_view place, std::string_view usage,
                                       std::vector<std::string> arguments);

/// Ctrl-C ends what is shown, not the shell.
void catch_interrupts(bool wanted);
/// Since they are caught.
bool was_interrupted();
/// Of standard output; 0 if that is no terminal.
std::size_t terminal_columns();

} // namespace troupe::tool
