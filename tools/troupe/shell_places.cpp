// Paths as they are typed at the prompt.
#include "tools/troupe/shell_session.hpp"

namespace troupe::tool {

std::string resolve_path(std::string_view place, std::string_view word) {
  std::vector<std::string_view> parts;
  auto add = [&](std::string_view path) {
    while (!path.empty()) {
      auto slash = path.find('/');
      auto part = path.substr(0, slash);
      path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
      if (part == ".." && !parts.empty())
        parts.pop_back();
      else if (!part.empty() && part != "." && part != "..")
        parts.push_back(part);
    }
  };
  if (word.empty() || word.front() != '/')
    add(place);
  add(word);
  std::string out;
  for (auto part : parts)
    out += "/" + std::string{part};
  return out.empty() ? "/" : out;
}

std::vector<std::string> resolve_words(std::string_view place, std::string_view usage,
                                       std::vector<std::string> words) {
  auto whole = [](std::string_view token) { return token == "PATH" || token == "[PATH]"; };
  auto first = usage.substr(0, usage.find(' '));
  bool given = words.size() > 1 && words[1].rfind("--", 0) != 0;
  if (first == "[PATH]" && !given && place != "/")
    words.insert(words.begin() + 1, std::string{place});
  else if (given && (whole(first) || (first.rfind("PATH|", 0) == 0 && words[1].front() == '.')))
    words[1] = resolve_path(place, words[1]);
  for (std::size_t i = 1; i + 1 < words.size(); ++i)
    if (words[i] == "--from")
      words[i + 1] = resolve_path(place, words[i + 1]);
  return words;
}

} // namespace troupe::tool
