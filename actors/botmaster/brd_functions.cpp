// What the configuration decides by functions: prioritizeBuilders, nextBuild, nextWorker,
// canStartBuild, collapseRequests (semantics.md §4.4, §5). They see plain data. One that fails
// decides nothing, and the log says why.
#include "actors/botmaster/brd.hpp"
#include "actors/config/printf.hpp"

namespace troupe::botmaster {

json distributor::view(const open_request& request) const {
  boost::json::object out;
  out["buildrequestid"] = request.record.id.value;
  out["buildsetid"] = request.record.buildset.value;
  out["buildername"] = to_json(request.builder);
  out["priority"] = request.record.priority;
  out["submitted_at"] = to_json(request.record.submitted_at);
  out["waited_for"] = request.record.waited_for;
  boost::json::object properties;
  if (auto set = state().sets.find(request.record.buildset); set != state().sets.end()) {
    out["reason"] = to_json(set->second.record.reason);
    out["sourcestamps"] = to_json(set->second.record.sourcestamps);
    for (const auto& [name, one] : set->second.record.properties)
      properties[name] = one.value;
  }
  out["properties"] = std::move(properties);
  return out;
}

std::optional<json> distributor::ask(const json& function, std::string_view name,
                                     std::vector<json> given) {
  if (!functions_)
    functions_ = std::make_unique<model::function_runner>();
  auto answer = functions_->call(function, given);
  if (answer)
    return *answer;
  log(runtime::level::error, "{}: {}", name, answer.error().words);
  return std::nullopt;
}

/// The names in the order in which the function gives them back; those it leaves out come last.
void distributor::prioritise(std::vector<const distributed_builder*>& turns) {
  std::vector<std::string> names;
  for (const auto* one : turns)
    names.push_back(one->name);
  auto answer = ask(*config().prioritize_builders, "prioritizeBuilders", {to_json(names)});
  std::vector<std::string> order;
  if (!answer || !from_json(order, *answer))
    return;
  auto place = [&](const distributed_builder* one) {
    return std::find(order.begin(), order.end(), one->name) - order.begin();
  };
  std::stable_sort(turns.begin(), turns.end(),
                   [&](auto* a, auto* b) { return place(a) < place(b); });
}

/// Highest priority first, then the lowest id; nextBuild puts its choice before all.
std::vector<buildrequest_id> distributor::in_order(const distributed_builder& builder) {
  const auto& queue = state().queues[builder.name];
  std::vector<buildrequest_id> order(queue.begin(), queue.end());
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return state().requests.at(a).record.priority > state().requests.at(b).record.priority;
  });
  if (!builder.next_build || order.empty())
    return order;
  boost::json::array waiting;
  for (auto id : order)
    waiting.push_back(view(state().requests.at(id)));
  auto answer = ask(*builder.next_build, "nextBuild", {to_json(builder.name), waiting});
  auto* id = answer && answer->is_object() ? answer->get_object().if_contains("buildrequestid")
                                           : nullptr;
  auto chosen = id && id->is_number() ? buildrequest_id{id->to_number<std::int64_t>()}
                                      : buildrequest_id{};
  if (std::find(order.begin(), order.end(), chosen) == order.end())
    return {}; // it chose none of them: nobody starts this time
  return {chosen};
}

std::string distributor::choose_worker(const distributed_builder& builder,
                                       std::vector<std::string> ready,
                                       const open_request& request) {
  while (!ready.empty()) {
    auto at = static_cast<std::size_t>(random() % ready.size());
    if (builder.next_worker) {
      auto answer = ask(*builder.next_worker, "nextWorker",
                        {to_json(builder.name), to_json(ready), view(request)});
      std::string name;
      if (!answer || !from_json(name, *answer))
        return {};
      at = static_cast<std::size_t>(std::find(ready.begin(), ready.end(), name) - ready.begin());
      if (at == ready.size())
        return {};
    }
    if (may_start(builder, ready[at], request))
      return ready[at];
    ready.erase(ready.begin() + static_cast<std::ptrdiff_t>(at));
  }
  state().requests.at(request.record.id).why_not = "canStartBuild said no";
  return {};
}

bool distributor::may_start(const distributed_builder& builder, const std::string& worker,
                            const open_request& request) {
  if (!builder.can_start_build)
    return true;
  auto verdict = ask(*builder.can_start_build, "canStartBuild",
                     {to_json(builder.name), to_json(worker), view(request)});
  return verdict && model::truth(*verdict);
}

} // namespace troupe::botmaster
