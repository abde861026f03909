// What people mean by the word that they ask `why` about.
#include "actors/botmaster/paths.hpp"
#include "actors/data/lookup.hpp"
#include "actors/debug/why.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "runtime/path.hpp"
#include "runtime/shell/call_words.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::debug {

using namespace botmaster;
using shell::call;
using shell::read_number;

bool is_stored(const call& by, buildrequest_id which) {
  return storage::find_buildrequest(by.read(), which).has_value();
}

namespace {

result<thing> find_request(const call&, const std::string& name) {
  if (auto number = read_number(name)) // stored, or so new that only the distributor knows
    return the_request(buildrequest_id{*number});
  return failure{errc::not_found, name + ": a request's number expected"};
}

result<thing> find_build(const call& by, const std::string& name) {
  auto from = by.read();
  auto stored = data::find_named_build(from, name);
  if (stored)
    return the_build(from, stored->id);
  auto [builder, number] = data::parts_of_build(name); // one that began a moment ago
  if (!number.empty() && by.is_there(runtime::child_path(builder_path(builder), number)))
    return thing{thing_kind::build, name, 0};
  return stored.error();
}

result<thing> find_worker(const call& by, const std::string& name) {
  if (by.is_there(worker_path(name)) || storage::find_worker(by.read(), name))
    return the_worker(name);
  return failure{errc::not_found, "no such worker: " + name};
}

result<thing> find_scheduler(const call& by, const std::string& name) {
  if (by.is_there(schedulers::scheduler_path(name)))
    return thing{thing_kind::scheduler, name, 0};
  return failure{errc::not_found, "no such scheduler: " + name};
}

} // namespace

/// One word, or two of which the first says what the second is.
result<thing> find_thing(const call& by) {
  constexpr std::pair<std::string_view, result<thing> (*)(const call&, const std::string&)>
      finders[]{{thing_kind::request, find_request},
                {thing_kind::build, find_build},
                {thing_kind::worker, find_worker},
                {thing_kind::scheduler, find_scheduler}};
  const auto& arguments = by.args;
  const auto& name = arguments.back();
  std::vector<thing> found;
  for (auto [kind, find] : finders) {
    if (arguments.size() == 2 && kind == arguments[0])
      return find(by, name);
    auto one = find(by, name);
    if (one && (kind != thing_kind::request || is_stored(by, buildrequest_id{one->id})))
      found.push_back(*one);
  }
  if (arguments.size() == 2)
    return failure{errc::invalid, arguments[0] + ": request, build, worker or scheduler expected"};
  if (found.size() == 1)
    return found.front();
  if (found.empty() && read_number(name))
    return find_request(by, name);
  if (found.empty() && name.find('/') != std::string::npos)
    return find_build(by, name);
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
