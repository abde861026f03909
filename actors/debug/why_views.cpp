// Explanations as the shell shows them. Pure.
#include <fmt/format.h>

#include "actors/debug/why.hpp"
#include "runtime/log.hpp"

namespace troupe::debug {

using namespace botmaster;

namespace {

json when(const std::optional<instant>& x) {
  return x ? json(boost::json::string{runtime::as_iso(*x)}) : json(nullptr);
}

json cause_view(const cause& x) {
  boost::json::object out;
  out["code"] = to_json(x.code);
  out["message"] = to_json(x.message);
  out["subject"] = to_json(to_string(x.subject));
  out["since"] = when(x.since);
  out["until"] = when(x.until);
  out["by"] = x.by.kind.empty() ? json(nullptr) : to_json(to_string(x.by));
  return out;
}

boost::json::object link_view(const explanation_link& x) {
  boost::json::array all;
  for (const auto& one : x.causes)
    all.push_back(cause_view(one));
  return {{"about", to_json(to_string(x.about))}, {"causes", std::move(all)}};
}

} // namespace

cause silence_of(std::string_view path, const runtime::tree_node* node, span patience) {
  if (!node)
    return {runtime::service_cause::service_absent, fmt::format("nobody is at {}", path),
            the_service(path)};
  auto does = [&] {
    switch (node->phase) {
    case runtime::cell_phase::parked:
      return std::string{"is being rebuilt after a failure"};
    case runtime::cell_phase::starting:
      return std::string{"is starting"};
    case runtime::cell_phase::suspended:
      return std::string{"is suspended"};
    case runtime::cell_phase::stopping:
    case runtime::cell_phase::ended:
      return std::string{"is ending"};
    case runtime::cell_phase::running:
      break;
    }
    return fmt::format("did not answer in {}; its mailbox holds {}", lasting(patience),
                       node->depth == 1 ? "one message" : fmt::format("{} messages", node->depth));
  };
  return {runtime::service_cause::service_silent, fmt::format("{} {}", path, does()),
          the_service(path)};
}

json explanation_view(const std::vector<explanation_link>& links) {
  auto out = link_view(links.front());
  boost::json::array chain;
  for (auto link = links.begin() + 1; link != links.end(); ++link)
    chain.push_back(link_view(*link));
  out["chain"] = std::move(chain);
  return out;
}

} // namespace troupe::debug
