#include "tools/tidy/tidy.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace troupe::tidy {

namespace {

constexpr std::size_t source_lines_max = 400;
constexpr std::size_t actor_header_lines_max = 260;

/// A folder may include its own and those to the left of it; nobody includes tests.
constexpr std::array<std::string_view, 5> layers{"storage", "runtime", "actors", "tools", "tests"};

/// Third parties have one door each.
struct door {
  std::string_view header;               ///< What an include of it begins with.
  std::vector<std::string_view> folders; ///< Where that is allowed.
};
const std::vector<door> doors{
    {"lmdb.h", {"storage/lmdb/"}},
    {"caf/", {"runtime/", "tests/support/"}},
    {"boost/asio", {"runtime/io/", "tools/"}},
    {"boost/beast", {"runtime/io/", "tools/"}},
    {"doctest/", {"tests/"}},
};

bool begins(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool ends(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

int rank_of(std::string_view layer) {
  auto i = std::find(layers.begin(), layers.end(), layer);
  return i == layers.end() ? -1 : static_cast<int>(i - layers.begin());
}

} // namespace

std::string_view included(std::string_view line) {
  constexpr std::string_view word = "#include ";
  if (!begins(line, word) || line.size() < word.size() + 2)
    return {};
  auto rest = line.substr(word.size() + 1);
  return rest.substr(0, rest.find_first_of("\">"));
}

std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

bool is_header(std::string_view path) {
  return ends(path, ".hpp");
}
bool is_source(std::string_view path) {
  return ends(path, ".cpp");
}

std::string_view layer_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

void check_includes(const sources& all, std::vector<complaint>& found) {
  std::set<std::string> used;
  for (const auto& [path, text] : all) {
    if (!is_header(path) && !is_source(path))
      continue;
    auto own = rank_of(layer_of(path));
    for_each_line(text, [&, &path = path](std::size_t number, std::string_view line) {
      auto what = included(line);
      if (what.empty())
        return;
      used.emplace(what);
      used.insert(path.substr(0, path.rfind('/') + 1) + std::string{what}); // from its own folder
      auto theirs = rank_of(layer_of(what));
      if (theirs > own)
        found.push_back({path, number, "includes against the arrow: " + std::string{what}});
      for (const auto& one : doors)
        if (begins(what, one.header)
            && std::none_of(one.folders.begin(), one.folders.end(),
                            [&](auto folder) { return begins(path, folder); }))
          found.push_back({path, number, std::string{what} + " has its door elsewhere"});
    });
  }
  for (const auto& [path, text] : all)
    if (is_header(path) && !used.count(path) && path.find("/pch/") == std::string::npos)
      found.push_back({path, 0, "nobody includes it"});
}

void check_sizes(const sources& all, std::vector<complaint>& found) {
  for (const auto& [path, text] : all) {
    if (!is_header(path) && !is_source(path))
      continue;
    std::size_t lines = 0;
    for_each_line(text, [&, &path = path](std::size_t number, std::string_view line) {
      lines = number;
      if (auto width = columns(line); width > columns_max)
        found.push_back({path, number, std::to_string(width) + " columns"});
    });
    auto most =
        layer_of(path) == "actors" && is_header(path) ? actor_header_lines_max : source_lines_max;
    if (lines > most)
      found.push_back({path, 0,
                       std::to_string(lines) + " lines, " + std::to_string(most)
                           + " at most: it holds two nouns"});
  }
}

// A source is named in the meson.build of its folder or of one above, by its path from there.
void check_build_files(const sources& all, std::vector<complaint>& found) {
  for (const auto& [path, text] : all) {
    if (!is_source(path))
      continue;
    bool named = false;
    for (auto slash = path.rfind('/'); slash != std::string::npos && !named;
         slash = slash == 0 ? std::string::npos : path.rfind('/', slash - 1)) {
      auto build = all.find(path.substr(0, slash + 1) + "meson.build");
      named = build != all.end()
              && build->second.find("'" + path.substr(slash + 1) + "'") != std::string::npos;
    }
    if (!named)
      found.push_back({path, 0, "is in no meson.build"});
  }
}

void check_words(const sources& all, std::vector<complaint>& found) {
  // Written in pieces, so that this file passes its own rules.
  const std::vector<std::pair<std::string, std::string>> in_actors{
      {std::string{".th"} + "en(", "waits in a lambda: keep what you wait for in the state"},
      {std::string{".aw"} + "ait(", "waits in a lambda: keep what you wait for in the state"}};
  const std::vector<std::pair<std::string, std::string>> in_tests{
      {std::string{"sleep"} + "_for(", "a test never sleeps"},
      {std::string{"sleep"} + "_until(", "a test never sleeps"},
      {std::string{"us"} + "leep(", "a test never sleeps"},
      {std::string{"nano"} + "sleep(", "a test never sleeps"}};
  const std::string todo = std::string{"TO"} + "DO", fixme = std::string{"FIX"} + "ME";
  for (const auto& [path, text] : all) {
    if (!is_header(path) && !is_source(path))
      continue;
    for_each_line(text, [&, &path = path](std::size_t number, std::string_view line) {
      auto look = [&](const auto& message) {
        for (const auto& [word, why] : message)
          if (line.find(word) != std::string_view::npos)
            found.push_back({path, number, why});
      };
      if (layer_of(path) == "actors")
        look(in_actors);
      if (begins(path, "tests/"))
        look(in_tests);
      if (line.find(fixme) != std::string_view::npos)
        found.push_back({path, number, fixme + " never lands"});
      auto at = line.find(todo);
      bool kind = false;
      for (std::string_view one : {"soon", "someday", "perf", "test", "port"})
        kind = kind || line.find(todo + "(" + std::string{one} + "):") != std::string_view::npos;
      if (at != std::string_view::npos && !kind)
        found.push_back({path, number, todo + " without its kind: soon, someday, perf, …"});
    });
  }
}

std::vector<complaint> check(const sources& all) {
  std::vector<complaint> found;
  check_includes(all, found);
  check_sizes(all, found);
  check_build_files(all, found);
  check_words(all, found);
  check_markdown(all, found);
  check_floors(all, found);
  check_circles(all, found);
  return found;
}

} // namespace troupe::tidy
