// What people mean by the word that they ask `why` about.
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::debug {

using namespace botmaster;

bool debug::is_stored(buildrequest_id which) {
  return storage::find_buildrequest(store().read(), which).has_value();
}

result<thing> debug::find_thing(thing_kind kind, const std::string& name) {
  auto from = store().read();
  failure missing{errc::not_found};
  switch (kind) {
  case thing_kind::request:
    if (auto number = read_number(name)) // stored, or so new that only the distributor knows
      return the_request(buildrequest_id{*number});
    missing.message = name + ": a request's number expected";
    break;
  case thing_kind::build: {
    auto stored = find_named_build(from, name);
    if (stored)
      return the_build(from, stored->id);
    auto [builder, number] = parts_of_build(name); // one that began a moment ago
    if (!number.empty() && is_there(runtime::child_path(builder_path(builder), number)))
      return thing{kind, name, 0};
    return stored.error();
  }
  case thing_kind::worker:
    if (is_there(worker_path(name)) || storage::find_worker(from, name))
      return the_worker(name);
    missing.message = "no such worker: " + name;
    break;
  default:
    if (is_there(schedulers::scheduler_path(name)))
      return thing{kind, name, 0};
    missing.message = "no such scheduler: " + name;
    break;
  }
  return missing;
}

/// One word, or two of which the first says what the second is.
result<thing> debug::find_thing(const std::vector<std::string>& arguments) {
  constexpr std::array kinds{thing_kind::request, thing_kind::build, thing_kind::worker,
                             thing_kind::scheduler};
  const auto& name = arguments.back();
  std::vector<thing> found;
  for (auto kind : kinds) {
    if (arguments.size() == 2 && names_of(kind)[static_cast<std::size_t>(kind)] == arguments[0])
      return find_thing(kind, name);
    auto one = find_thing(kind, name);
    if (one && (kind != thing_kind::request || is_stored(buildrequest_id{one->id})))
      found.push_back(*one);
  }
  if (arguments.size() == 2)
    return failure{errc::invalid, arguments[0] + ": request, build, worker or scheduler expected"};
  if (found.size() == 1)
    return found.front();
  if (found.empty() && read_number(name))
    return find_thing(thing_kind::request, name);
  if (found.empty() && name.find('/') != std::string::npos)
    return find_thing(thing_kind::build, name);
  if (found.empty())
    return failure{errc::not_found,
                   name + " is no request, build (BUILDER/NUMBER), worker or scheduler"};
  std::vector<std::string> choices;
  for (const auto& one : found)
    choices.push_back("why " + to_string(one));
  return failure{errc::conflict, fmt::format("{} may mean several things: say {}", name,
                                             fmt::join(choices, " or "))};
}

} // namespace troupe::debug
