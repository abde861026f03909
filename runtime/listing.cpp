#include "runtime/listing.hpp"

#include <algorithm>

namespace troupe::runtime {

namespace {

// A slash comes before all else, or "/a-b" would stand between "/a" and its child "/a/b".
bool tree_order(const tree_node& a, const tree_node& b) {
  auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; };
  return std::lexicographical_compare(a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

} // namespace

std::vector<tree_node> list_nodes(const directory& paths) {
  std::vector<tree_node> found;
  for (const auto& one : paths.listing()) {
    if (one->path().substr(0, 2) == "//")
      continue;
    tree_node x;
    x.path = one->path();
    x.kind = one->kind.load();
    x.phase = one->phase.load();
    x.restarts = one->restarts.load();
    x.swaps = one->swaps.load();
    x.depth = one->depth.load();
    x.refused = static_cast<std::int64_t>(one->refused.load());
    x.taken = static_cast<std::int64_t>(one->taken.load());
    x.busy_ns = static_cast<std::int64_t>(one->busy_ns.load());
    x.since = instant{span{one->since_us.load()}};
    found.push_back(std::move(x));
  }
  std::sort(found.begin(), found.end(), tree_order);
  return found;
}

bool is_below(std::string_view path, std::string_view top) {
  if (top == "/" || path == top)
    return true;
  return path.size() > top.size() && path.substr(0, top.size()) == top && path[top.size()] == '/';
}

} // namespace troupe::runtime
