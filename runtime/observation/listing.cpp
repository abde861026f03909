#include "runtime/observation/listing.hpp"

#include <algorithm>
#include <map>

namespace troupe::runtime {

tree_node describe_port(const port& one) {
  tree_node x;
  x.path = one.path();
  x.kind = one.kind.load();
  x.phase = one.phase.load();
  x.restarts = one.restarts.load();
  x.swaps = one.swaps.load();
  x.depth = one.depth.load();
  x.refused = static_cast<std::int64_t>(one.refused.load());
  x.taken = static_cast<std::int64_t>(one.taken.load());
  x.busy_ns = static_cast<std::int64_t>(one.busy_ns.load());
  x.state_bytes = one.state_bytes.load();
  x.since = instant{span{one.since_us.load()}};
  return x;
}

std::vector<child_spec> configured_children(const directory& paths, std::string_view of) {
  using place = std::pair<std::int64_t, std::shared_ptr<const child_spec>>;
  std::map<std::string, std::vector<place>, std::less<>> below; // by parent's path
  for (const auto& one : paths.listing())
    if (auto spec = one->spec(); spec && !spec->dynamic && one->path() != "/") {
      std::string_view path = one->path();
      auto parent = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
      below[std::string{parent}].emplace_back(one->begun.load(), spec);
    }
  auto gather = [&](auto& again, const std::string& at) -> std::vector<child_spec> {
    std::vector<child_spec> found;
    auto places = below.find(at);
    if (places == below.end())
      return found;
    std::sort(places->second.begin(), places->second.end());
    for (const auto& [begun, spec] : places->second) {
      found.push_back(*spec);
      found.back().children = again(again, child_path(at, spec->name));
    }
    return found;
  };
  return gather(gather, std::string{of});
}

bool is_below(std::string_view path, std::string_view top) {
  if (top == "/" || path == top)
    return true;
  return path.size() > top.size() && path.substr(0, top.size()) == top && path[top.size()] == '/';
}

} // namespace troupe::runtime
