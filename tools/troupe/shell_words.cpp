#include "tools/troupe/shell_words.hpp"

#include <utility>

namespace troupe::tool {

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
      inside = true;
    } else if (quote) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      inside = true;
    } else if (c == '{' && !inside) { // JSON, to the end of the line, as it is
      words.emplace_back(line.substr(i));
      return words;
    } else if (c == ' ' || c == '\t') {
      if (inside)
        words.push_back(std::exchange(word, {}));
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (inside)
    words.push_back(word);
  return words;
}

} // namespace troupe::tool
