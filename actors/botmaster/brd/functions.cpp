// What the configuration decides by functions: prioritizeBuilders, nextBuild, nextWorker,
// canStartBuild, collapseRequests (semantics.md §4.4, §5). They see plain data. One that fails
// decides nothing, and the log says why.
#include "actors/botmaster/brd/brd.hpp"
#include "actors/config/rendering/printf.hpp"

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

result<json> distributor::call(const json& function, std::string_view name,
                               std::vector<json> given) {
  if (!functions_)
    functions_ = std::make_unique<model::function_runner>();
  auto answer = functions_->call(function, given);
  return answer ? answer : result<json>{answer.error().in(name)};
}

std::optional<json> distributor::ask(const json& function, std::string_view name,
                                     std::vector<json> given) {
  auto answer = call(function, name, std::move(given));
  if (answer)
    return *answer;
  log(runtime::level::error, "{}", answer.error().message);
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

/// Highest priority first, then the lowest id.
std::vector<buildrequest_id> distributor::by_priority(const distributed_builder& builder) const {
  std::vector<buildrequest_id> order;
  if (auto queue = state().queues.find(builder.name); queue != state().queues.end())
    order.assign(queue->second.begin(), queue->second.end());
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return state().requests.at(a).record.priority > state().requests.at(b).record.priority;
  });
  return order;
}

/// By priority, or only the choice of nextBuild; nobody starts this time if it chose none of them.
std::vector<buildrequest_id> distributor::in_order(const distributed_builder& builder) {
  auto order = by_priority(builder);
  if (!builder.next_build || order.empty())
    return order;
  auto chosen = next_build(builder, order);
  if (!chosen)
    log(runtime::level::error, "{}", chosen.error().message);
  return chosen && *chosen ? std::vector{*chosen} : std::vector<buildrequest_id>{};
}

/// What nextBuild chooses among `waiting`, of which there are some; 0 if none of them.
result<buildrequest_id> distributor::next_build(const distributed_builder& builder,
                                                const std::vector<buildrequest_id>& waiting) {
  boost::json::array views;
  for (auto id : waiting)
    views.push_back(view(state().requests.at(id)));
  auto answer = call(*builder.next_build, "nextBuild", {to_json(builder.name), views});
  if (!answer)
    return answer.error();
  auto* id = answer->is_object() ? answer->get_object().if_contains("buildrequestid") : nullptr;
  auto chosen =
      id && id->is_number() ? buildrequest_id{id->to_number<std::int64_t>()} : buildrequest_id{};
  bool waits = std::find(waiting.begin(), waiting.end(), chosen) != waiting.end();
  return waits ? chosen : buildrequest_id{};
}

/// Whom nextWorker names, ready or not; empty if nobody.
result<std::string> distributor::next_worker(const distributed_builder& builder,
                                             const std::vector<std::string>& ready,
                                             const open_request& request) {
  auto answer = call(*builder.next_worker, "nextWorker",
                     {to_json(builder.name), to_json(ready), view(request)});
  if (!answer)
    return answer.error();
  std::string name;
  return from_json(name, *answer) ? name : std::string{};
}

std::string distributor::choose_worker(const distributed_builder& builder,
                                       std::vector<std::string> ready,
                                       const open_request& request) {
  while (!ready.empty()) {
    auto at = ready.begin() + static_cast<std::ptrdiff_t>(random() % ready.size());
    if (builder.next_worker) {
      auto name = next_worker(builder, ready, request);
      if (!name)
        log(runtime::level::error, "{}", name.error().message);
      at = name ? std::find(ready.begin(), ready.end(), *name) : ready.end();
      if (at == ready.end())
        return {};
    }
    auto verdict = may_start(builder, *at, request);
    if (!verdict)
      log(runtime::level::error, "{}", verdict.error().message);
    if (verdict && *verdict)
      return *at;
    ready.erase(at);
  }
  return {};
}

result<bool> distributor::may_start(const distributed_builder& builder, const std::string& worker,
                                    const open_request& request) {
  if (!builder.can_start_build)
    return true;
  auto verdict = call(*builder.can_start_build, "canStartBuild",
                      {to_json(builder.name), to_json(worker), view(request)});
  return verdict ? result<bool>{model::truth(*verdict)} : result<bool>{verdict.error()};
}

} // namespace troupe::botmaster
