// The way to an explanation: the service that knows is asked, then whoever knows more, until the
// reason of the reason is known.
#pragma once

#include "actors/botmaster/cause.hpp"
#include "runtime/observation/listing.hpp"
#include "storage/json.hpp"

namespace troupe::debug {

/// A thing, and why it does not start or end.
struct explanation_link {
  botmaster::thing about;
  botmaster::causes causes;
  TROUPE_FIELDS(about, causes)
};

/// Who is asked for an explanation.
enum class target : int { distributor, build, locks, worker, connection, scheduler };
constexpr auto names_of(target) {
  return std::array<std::string_view, 6>{"distributor", "build",      "locks",
                                         "worker",      "connection", "scheduler"};
}

/// A `why` on its way. Each explanation leads to the next: that of who is behind its first cause.
struct query {
  std::vector<explanation_link> links; ///< The last is in the making.
  target asked = target::distributor;
  std::vector<target> left; ///< To be asked for the last.
  TROUPE_FIELDS(links, asked, left)
};

/// Why nobody answered for `path`: it is not there, or what it does at the moment. `node` is null
/// if it is not in the tree.
botmaster::cause silence_of(std::string_view path, const runtime::tree_node* node, span patience);

/// {"about": …, "causes": […], "chain": [{"about": …, "causes": […]}, …]}
json explanation_view(const std::vector<explanation_link>& links);

} // namespace troupe::debug
