// The way to an explanation: services are asked one after the other. The first cause of an answer
// names the service that is asked next.
#pragma once

#include "actors/botmaster/cause.hpp"
#include "runtime/observation/listing.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::debug {

/// `why`.
const shell::command_table& why_commands();

/// A thing, and why it does not start or end.
struct explanation_link {
  runtime::thing about;
  runtime::causes causes;
  TROUPE_FIELDS(about, causes)
};

/// The services that can explain.
enum class target : int { distributor, build, locks, worker, connection, scheduler };
constexpr auto names_of(target) {
  return std::array<std::string_view, 6>{"distributor", "build",      "locks",
                                         "worker",      "connection", "scheduler"};
}

/// A `why` on its way. The first cause of an explanation leads to the next explanation.
struct inquiry {
  std::vector<explanation_link> links; ///< The last is in the making.
  target asked = target::distributor;
  std::vector<target> left; ///< To be asked for the last.
  TROUPE_FIELDS(links, asked, left)
};

/// The thing that the words of the call name.
result<runtime::thing> find_thing(const shell::call& by);
bool is_stored(const shell::call& by, buildrequest_id which);

/// Why nobody answered for `path`: it is not there, or what it does at the moment. `node` is null
/// if it is not in the tree.
runtime::cause silence_of(std::string_view path, const runtime::tree_node* node, span patience);

/// {"about": …, "causes": […], "chain": [{"about": …, "causes": […]}, …]}
json explanation_view(const std::vector<explanation_link>& links);

} // namespace troupe::debug
