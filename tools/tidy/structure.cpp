// The house: floors inside actors/, circles between folders; Markdown; what programs make.
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <set>

#include "tools/tidy/tidy.hpp"

namespace troupe::tidy {

namespace {

/// The floors inside actors/, the lowest first: a file includes its own floor and those below. All
/// other folders of actors/ are nodes and components, between the last two.
struct floor {
  std::string_view folder;
  int rank;
};
constexpr std::array<floor, 6> floors{{{"actors/config/model/", 0},
                                       {"actors/config/rendering/", 1},
                                       {"actors/config/lua/", 2},
                                       {"actors/data/", 3},
                                       {"actors/master/", 5},
                                       {"actors/catalogue.cpp", 5}}};
constexpr int node_rank = 4;

int floor_rank(std::string_view path) {
  for (const auto& one : floors)
    if (path.substr(0, one.folder.size()) == one.folder)
      return one.rank;
  return node_rank;
}

std::string folder_of(std::string_view path) {
  return std::string{path.substr(0, path.rfind('/'))};
}

using folder_graph = std::map<std::string, std::map<std::string, std::string>>;

/// Whether one is within the other: such folders are one house, and include each other.
bool are_nested(const std::string& a, const std::string& b) {
  return a.starts_with(b + "/") || b.starts_with(a + "/");
}

/// Which folder includes which, with a file that does; messages.hpp of a node may be included both
/// ways, so they do not count.
folder_graph folders_of(const sources& all) {
  folder_graph graph;
  for (const auto& [path, text] : all) {
    if ((!is_header(path) && !is_source(path)) || layer_of(path) == "tests")
      continue;
    for_each_line(text, [&, &path = path](std::size_t, std::string_view line) {
      auto what = included(line);
      bool ours = all.count(std::string{what}) > 0 && layer_of(what) != "tests";
      bool messages = what.ends_with("/messages.hpp");
      bool same_layer = layer_of(what) == layer_of(path); // others are the arrow's business
      if (ours && same_layer && !messages && folder_of(what) != folder_of(path)
          && !are_nested(folder_of(what), folder_of(path)))
        graph[folder_of(path)].emplace(folder_of(what), path);
    });
  }
  return graph;
}

} // namespace

bool is_markdown(std::string_view path) {
  return path.ends_with(".md");
}

void check_floors(const sources& all, std::vector<complaint>& found) {
  for (const auto& [path, text] : all) {
    if (layer_of(path) != "actors" || (!is_header(path) && !is_source(path)))
      continue;
    for_each_line(text, [&, &path = path](std::size_t number, std::string_view line) {
      auto what = included(line);
      if (layer_of(what) == "actors" && floor_rank(what) > floor_rank(path))
        found.push_back({path, number, "includes a higher floor: " + std::string{what}});
    });
  }
}

// Each circle is told once, at its first folder by name, with the files that close it.
void check_circles(const sources& all, std::vector<complaint>& found) {
  auto graph = folders_of(all);
  std::set<std::string> done;
  for (const auto& one : graph) {
    const auto& start = one.first;
    std::vector<std::string> way{start};
    std::set<std::string> seen;
    std::function<bool(const std::string&)> search = [&](const std::string& at) {
      for (const auto& [next, file] : graph[at]) {
        if (next == start)
          return true;
        if (done.count(next) || !seen.insert(next).second)
          continue;
        way.push_back(next);
        if (search(next))
          return true;
        way.pop_back();
      }
      return false;
    };
    if (search(start)) {
      std::string told = "a circle of folders: ";
      for (std::size_t i = 0; i < way.size(); ++i)
        told += way[i] + " (" + graph[way[i]].at(way[(i + 1) % way.size()]) + ") -> ";
      found.push_back({start, 0, told + start});
    }
    done.insert(start);
  }
}

// Tables and code stand as they are, and so does a word that is too long by itself.
void check_markdown(const sources& all, std::vector<complaint>& found) {
  for (const auto& [path, text] : all) {
    if (!is_markdown(path))
      continue;
    bool code = false;
    for_each_line(text, [&, &path = path](std::size_t number, std::string_view line) {
      if (line.substr(0, 3) == "```")
        code = !code;
      auto first = line.find_first_not_of(" -*>");
      bool breakable =
          first != std::string_view::npos && line.find(' ', first) != std::string_view::npos;
      bool table = line.substr(0, 1) == "|";
      bool indented = line.substr(0, 4) == "    ";
      if (!code && !table && !indented && breakable && columns(line) > columns_max)
        found.push_back({path, number, std::to_string(columns(line)) + " columns"});
    });
  }
}

std::vector<complaint> check_format(const std::string& top, const std::vector<std::string>& paths) {
  std::vector<complaint> found;
  constexpr std::size_t at_once = 100;
  for (std::size_t begin = 0; begin < paths.size(); begin += at_once) {
    std::string command = "cd '" + top + "' && clang-format --dry-run -Werror";
    for (std::size_t i = begin; i < std::min(paths.size(), begin + at_once); ++i)
      command += " '" + paths[i] + "'";
    std::unique_ptr<FILE, int (*)(FILE*)> out{::popen((command + " 2>&1").c_str(), "r"), ::pclose};
    std::set<std::string> told;
    std::array<char, 4096> line;
    while (out && std::fgets(line.data(), line.size(), out.get())) {
      std::string text{line.data()};
      auto path = text.substr(0, text.find(':'));
      if (text.find("clang-format: ") != std::string::npos
          || text.find("not found") != std::string::npos)
        found.push_back({"clang-format", 0, text.substr(0, text.find('\n'))});
      else if (text.find("-Wclang-format-violations") != std::string::npos
               && told.insert(path).second)
        found.push_back({path, std::stoul(text.substr(path.size() + 1)),
                         "is formatted differently: run clang-format -i"});
    }
  }
  return found;
}

void check_reference(const sources& all, std::string_view expected, std::vector<complaint>& found) {
  constexpr const char* path = "docs/REFERENCE.md";
  auto is = all.find(path);
  if (is == all.end() || is->second != expected)
    found.push_back({path, 0, "is stale: run troupe-tidy --write-reference ."});
}

} // namespace troupe::tidy
