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

namespace {

/// Of "PATH|diff" or "PATH|TYPE": whether `word` is what stands behind the bar.
bool is_other(std::string_view usage, std::string_view word) {
  return usage.substr(usage.find('|') + 1) == word || word.find("::") != std::string_view::npos;
}

} // namespace

std::vector<std::string> resolve_words(std::string_view place, std::string_view usage,
                                       std::vector<std::string> arguments) {
  auto whole = [](std::string_view token) { return token == "PATH" || token == "[PATH]"; };
  auto first = usage.substr(0, usage.find(' '));
  bool given = arguments.size() > 1 && arguments[1].rfind("--", 0) != 0;
  if (first == "[PATH]" && !given && place != "/")
    arguments.insert(arguments.begin() + 1, std::string{place});
  else if (given
           && (whole(first) || (first.rfind("PATH|", 0) == 0 && !is_other(first, arguments[1]))))
    arguments[1] = resolve_path(place, arguments[1]);
  for (std::size_t i = 1; i + 1 < arguments.size(); ++i)
    if (arguments[i] == "--from")
      arguments[i + 1] = resolve_path(place, arguments[i + 1]);
  return arguments;
}

} // namespace troupe::tool
