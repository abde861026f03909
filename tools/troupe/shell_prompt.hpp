// The shell's prompt: line editing, history and completion. One per process: the line editor is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace troupe::tool {

class shell_prompt {
public:
  /// What may stand as word number `position` after `before`.
  using guesser = std::function<std::vector<std::string>(const std::vector<std::string>& before)>;

  /// `history_file` is read now and written at the end; empty: nothing is kept.
  shell_prompt(std::string history_file, guesser guess);
  ~shell_prompt();
  shell_prompt(const shell_prompt&) = delete;

  /// The next line; nothing at the end.
  std::optional<std::string> read(const std::string& prompt);

private:
  std::string history_file_;
};

} // namespace troupe::tool
