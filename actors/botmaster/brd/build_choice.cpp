#include "actors/botmaster/brd/build_choice.hpp"

#include "actors/config/rendering/printf.hpp"

namespace troupe::botmaster {

std::vector<buildrequest_id> by_priority(const distributed_builder& builder,
                                         const distributor_state& is) {
  std::vector<buildrequest_id> order;
  if (auto queue = is.queues.find(builder.name); queue != is.queues.end())
    order.assign(queue->second.begin(), queue->second.end());
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return is.requests.at(a).record.priority > is.requests.at(b).record.priority;
  });
  return order;
}

json build_choice::view(const open_request& request) const {
  boost::json::object out;
  out["buildrequestid"] = request.record.id.value;
  out["buildsetid"] = request.record.buildset.value;
  out["buildername"] = to_json(request.builder);
  out["priority"] = request.record.priority;
  out["submitted_at"] = to_json(request.record.submitted_at);
  out["waited_for"] = request.record.waited_for;
  boost::json::object properties;
  if (auto set = is_.sets.find(request.record.buildset); set != is_.sets.end()) {
    out["reason"] = to_json(set->second.record.reason);
    out["sourcestamps"] = to_json(set->second.record.sourcestamps);
    for (const auto& [name, one] : set->second.record.properties)
      properties[name] = one.value;
  }
  out["properties"] = std::move(properties);
  return out;
}

result<json> build_choice::call(const json& function, std::string_view name,
                                std::vector<json> given) const {
  auto answer = functions_.call(function, given);
  return answer ? answer : result<json>{answer.error().in(name)};
}

std::optional<json> build_choice::ask(const json& function, std::string_view name,
                                      std::vector<json> given) const {
  auto answer = call(function, name, std::move(given));
  if (answer)
    return *answer;
  complain_(answer.error().message);
  return std::nullopt;
}

void build_choice::prioritise(std::vector<const distributed_builder*>& turns) const {
  std::vector<std::string> names;
  for (const auto* one : turns)
    names.push_back(one->name);
  auto answer = ask(*config_.prioritize_builders, "prioritizeBuilders", {to_json(names)});
  std::vector<std::string> order;
  if (!answer || !from_json(order, *answer))
    return;
  auto place = [&](const distributed_builder* one) {
    return std::find(order.begin(), order.end(), one->name) - order.begin();
  };
  std::stable_sort(turns.begin(), turns.end(),
                   [&](auto* a, auto* b) { return place(a) < place(b); });
}

std::vector<buildrequest_id> build_choice::in_order(const distributed_builder& builder) const {
  auto order = by_priority(builder, is_);
  if (!builder.next_build || order.empty())
    return order;
  auto chosen = next_build(builder, order);
  if (!chosen)
    complain_(chosen.error().message);
  return chosen && *chosen ? std::vector{*chosen} : std::vector<buildrequest_id>{};
}

result<buildrequest_id>
build_choice::next_build(const distributed_builder& builder,
                         const std::vector<buildrequest_id>& waiting) const {
  boost::json::array views;
  for (auto id : waiting)
    views.push_back(view(is_.requests.at(id)));
  auto answer = call(*builder.next_build, "nextBuild", {to_json(builder.name), views});
  if (!answer)
    return answer.error();
  auto* id = answer->is_object() ? answer->get_object().if_contains("buildrequestid") : nullptr;
  auto chosen =
      id && id->is_number() ? buildrequest_id{id->to_number<std::int64_t>()} : buildrequest_id{};
  bool waits = std::find(waiting.begin(), waiting.end(), chosen) != waiting.end();
  return waits ? chosen : buildrequest_id{};
}

result<std::string> build_choice::next_worker(const distributed_builder& builder,
                                              const std::vector<std::string>& ready,
                                              const open_request& request) const {
  auto answer = call(*builder.next_worker, "nextWorker",
                     {to_json(builder.name), to_json(ready), view(request)});
  if (!answer)
    return answer.error();
  std::string name;
  return from_json(name, *answer) ? name : std::string{};
}

std::string build_choice::worker_among(const distributed_builder& builder,
                                       std::vector<std::string> ready, const open_request& request,
                                       const std::function<std::uint64_t()>& random) const {
  while (!ready.empty()) {
    auto at = ready.begin() + static_cast<std::ptrdiff_t>(random() % ready.size());
    if (builder.next_worker) {
      auto name = next_worker(builder, ready, request);
      if (!name)
        complain_(name.error().message);
      at = name ? std::find(ready.begin(), ready.end(), *name) : ready.end();
      if (at == ready.end())
        return {};
    }
    auto verdict = may_start(builder, *at, request);
    if (!verdict)
      complain_(verdict.error().message);
    if (verdict && *verdict)
      return *at;
    ready.erase(at);
  }
  return {};
}

result<bool> build_choice::may_start(const distributed_builder& builder, const std::string& worker,
                                     const open_request& request) const {
  if (!builder.can_start_build)
    return true;
  auto verdict = call(*builder.can_start_build, "canStartBuild",
                      {to_json(builder.name), to_json(worker), view(request)});
  return verdict ? result<bool>{model::truth(*verdict)} : result<bool>{verdict.error()};
}

bool build_choice::collapses(const json& function, const open_request& newer,
                             const open_request& older) const {
  auto verdict =
      ask(function, "collapseRequests", {to_json(newer.builder), view(newer), view(older)});
  return verdict && model::truth(*verdict);
}

} // namespace troupe::botmaster
