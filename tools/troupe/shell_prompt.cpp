#include "tools/troupe/shell_prompt.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

#include <editline/readline.h>

#include "tools/troupe/shell_words.hpp"

namespace troupe::tool {

namespace {

constexpr int history_lines_max = 1000;

// The line editor calls plain functions, so what they need cannot be anywhere else.
shell_prompt::guesser* current_guess = nullptr;
std::vector<std::string> guesses;
std::size_t next_guess = 0;

char* give_guess(const char* start, int state) {
  if (state == 0)
    next_guess = 0;
  while (next_guess < guesses.size()) {
    const auto& one = guesses[next_guess++];
    if (one.rfind(start, 0) == 0)
      return ::strdup(one.c_str());
  }
  return nullptr;
}

char** complete(const char* start, int from, int) {
  ::rl_attempted_completion_over = 1; // never names of files
  std::string before{::rl_line_buffer, static_cast<std::size_t>(from)};
  guesses = (*current_guess)(split_words(before));
  return ::rl_completion_matches(start, give_guess);
}

} // namespace

shell_prompt::shell_prompt(std::string history_file, guesser guess)
  : history_file_{std::move(history_file)} {
  static char breaks[] = " \t";
  static char name[] = "troupe";
  ::rl_readline_name = name;
  ::rl_initialize();
  ::rl_completer_word_break_characters = breaks;
  ::rl_attempted_completion_function = complete;
  current_guess = new guesser{std::move(guess)};
  ::using_history();
  ::stifle_history(history_lines_max);
  if (!history_file_.empty())
    ::read_history(history_file_.c_str());
}

shell_prompt::~shell_prompt() {
  if (!history_file_.empty())
    ::write_history(history_file_.c_str());
  ::rl_attempted_completion_function = nullptr;
  delete std::exchange(current_guess, nullptr);
}

std::optional<std::string> shell_prompt::read(const std::string& prompt) {
  char* line = ::readline(prompt.c_str());
  if (!line)
    return std::nullopt;
  std::string out{line};
  std::free(line);
  if (out.find_first_not_of(" \t") != std::string::npos)
    ::add_history(out.c_str());
  return out;
}

} // namespace troupe::tool
