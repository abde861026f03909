#include "actors/schedulers/force_scheduler.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/schedulers/buildset_builder.hpp"
#include "actors/schedulers/explanation.hpp"
#include "actors/schedulers/force_parameters.hpp"
#include "storage/store.hpp"

namespace troupe::schedulers {

namespace {

constexpr std::string_view source = "Force Build Form";

std::string text_of(const std::map<std::string, json>& values, const std::string& name) {
  auto found = values.find(name);
  if (found == values.end() || !found->second.is_string())
    return {};
  return {found->second.get_string().data(), found->second.get_string().size()};
}

} // namespace

void force_scheduler::init() {
  send(address_of(schedulers_path), enrol_scheduler{config().name, me()});
}

void force_scheduler::on(const scheduler_enrolled& news) {
  if (state().record.id)
    return;
  state().record = news.record;
  ready();
}

void force_scheduler::on(const force_build& command) {
  const auto& wanted = config();
  auto refuse = [&](std::string message) {
    state().refused++;
    state().refused_at = now();
    state().last_refusal = message;
    send(command.requester, botmaster::buildset_refused{command.token, std::move(message)});
  };
  std::vector<std::string> ours;
  if (auto read = from_json(ours, wanted.builder_names); !read) {
    refuse("builderNames of a ForceScheduler must be a list of names");
    return;
  }
  std::vector<std::string> chosen;
  for (const auto& name : command.builder_names)
    if (std::find(ours.begin(), ours.end(), name) != ours.end())
      chosen.push_back(name);
  if (command.builder_names.empty())
    chosen = ours;
  if (chosen.empty()) {
    refuse(fmt::format("none of these builders is forced by '{}': {}; it has {}", wanted.name,
                       fmt::join(command.builder_names, ", "), fmt::join(ours, ", ")));
    return;
  }
  auto given = read_parameters(wanted.parameters(), command.parameters.is_object()
                                                        ? command.parameters
                                                        : json(boost::json::object{}));
  if (!given.errors.empty()) {
    std::string message;
    for (const auto& [name, error] : given.errors)
      message += (message.empty() ? "" : "; ") + name + ": " + error;
    refuse(message);
    return;
  }
  auto owner = command.owner.empty() ? text_of(given.values, "username") : command.owner;
  auto reason = text_of(given.values, "reason");
  botmaster::add_buildset order;
  order.set.scheduler = wanted.name;
  order.set.reason = wanted.reason_string;
  replace_all(order.set.reason, "%(owner)s", owner);
  replace_all(order.set.reason, "%(reason)s", reason);
  order.set.properties["scheduler"] = {to_json(wanted.name), "Scheduler"};
  if (auto priority = given.values.extract("priority");
      !priority.empty() && priority.mapped().is_number())
    order.priority = priority.mapped().to_number<std::int64_t>();
  given.values.erase("username");
  for (const auto& [name, value] : given.values)
    order.set.properties[name] = {value, std::string{source}};
  order.set.properties["reason"] = {to_json(reason), std::string{source}};
  order.set.properties["owner"] = {to_json(owner), std::string{source}};
  for (auto& stamp : given.stamps)
    order.contents.push_back({std::move(stamp), {}});
  order.builder_names = std::move(chosen);
  order.token = command.token;
  order.requester = command.requester; // the distributor answers the requester
  state().forced++;
  send(address_of(botmaster::brd_path), std::move(order));
}

std::optional<runtime::causes> force_scheduler::explain(const runtime::query&) {
  return why_it_forces_nothing(config(), state(), scheduler_context_of(store().read()), now());
}

const runtime::service_kind& force_scheduler::static_kind() {
  static const auto kind = runtime::make_kind<force_scheduler>(
      "force_scheduler", "ForceScheduler: builds that people ask for");
  return kind;
}

std::vector<model::part> force_scheduler_config::parameters() const {
  std::vector<model::part> all;
  for (const auto* one : {&username, &reason, &priority})
    if (!one->class_name.empty())
      all.push_back(*one);
  all.insert(all.end(), codebases.begin(), codebases.end());
  all.insert(all.end(), properties.begin(), properties.end());
  return all;
}

} // namespace troupe::schedulers
