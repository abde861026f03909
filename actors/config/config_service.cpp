#include "actors/config/config_service.hpp"

#include "actors/config/lua/loader.hpp"
#include "actors/config/model/secret_redaction.hpp"
#include "actors/config/wanted_tree.hpp"
#include "storage/store.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::config {

namespace {

/// What loading gave.
struct load_outcome {
  std::optional<model::master> configuration;
  std::string why; ///< There is none.
  TROUPE_FIELDS(configuration, why)
};

load_outcome load(const std::string& file, runtime::vault& secrets) {
  auto loaded = model::load_configuration(file);
  if (!loaded)
    return {std::nullopt, loaded.error().message};
  model::seal_secrets(*loaded, secrets);
  return {std::move(*loaded), {}};
}

runtime::plan_rules rules_of(const runtime::kind_registry& kinds) {
  return {[](const runtime::kind_registry& known, std::string_view kind) {
            auto* found = known.find(kind);
            return found && found->in_place;
          },
          &master::retired, &kinds};
}

} // namespace

void config_service::init() {
  state().next = reconfiguration_id{storage::max_reconfiguration_id(store().read()).value + 1};
}

// What was asked is not forgotten, and no cell is left waiting.
void config_service::terminate(const std::string& reason) {
  if (state().loaded)
    for (auto& one : state().loaded->requesters)
      send(me(), std::move(one));
  if (state().change) {
    auto& change = *state().change;
    auto& transaction = change.transaction;
    complete_tree rest;
    rest.requesters = std::move(change.requesters);
    rest.why = fmt::format("the configuration service failed while {}: {}",
                           names_of(transaction.stage)[static_cast<std::size_t>(transaction.stage)],
                           reason);
    rest.wanted = transaction.released() ? std::move(change.wanted) : running();
    for (auto& order : transaction.cancel()) // those that are released are not in it any more
      if (auto* cancelled = order.command.as<runtime::cancel_member>())
        control(order.path, *cancelled);
    send(me(), std::move(rest));
  }
  for (auto& one : state().queue)
    send(me(), std::move(one));
}

// A request that the new incarnation has taken up already waits for it.
void config_service::on(const complete_tree& rest) {
  log(runtime::level::warning, "{}: the tree is brought in line again", rest.why);
  if (auto loaded = std::exchange(state().loaded, std::nullopt))
    state().queue.insert(state().queue.begin(), loaded->requesters.begin(),
                         loaded->requesters.end());
  change_to(rest.wanted, rest.requesters, now());
}

void config_service::on(const reconfigure& command) {
  if (state().change || state().loaded)
    state().queue.push_back(command);
  else
    begin({command});
}

// Asked when it is needed: at our own start the rest of the tree has yet to begin.
const std::vector<runtime::child_spec>& config_service::running() {
  if (!std::exchange(state().running_known, true))
    state().running = configured_children("/");
  return state().running;
}

// Those that waited are served by one load, for the file says the same to all.
void config_service::next_in_queue() {
  if (auto queued = std::exchange(state().queue, {}); !queued.empty())
    begin(std::move(queued));
}

void config_service::begin(std::vector<reconfigure> requesters) {
  auto loaded = outside("configuration", [&] { return load(config().file, secrets()); });
  if (!loaded.configuration) {
    refuse(requesters, loaded.why);
    return;
  }
  state().loaded = loaded_change{std::move(*loaded.configuration), std::move(requesters), now()};
  send(me(), loaded_due{});
}

void config_service::on(const loaded_due&) {
  if (!state().loaded)
    return;
  auto [configuration, requesters, began] = *std::exchange(state().loaded, std::nullopt);
  auto wanted = master::wanted_children(
      std::move(configuration),
      {config().folder, config().file, config().master, config().master_name, config().own_uid});
  std::vector<reconfigure> serious;
  for (auto& one : requesters)
    if (one.dry_run)
      answer_dry_run(one, runtime::reconcile("/", running(), wanted, rules_of(kinds())));
    else
      serious.push_back(std::move(one));
  if (serious.empty())
    next_in_queue();
  else
    change_to(std::move(wanted), std::move(serious), began);
}

void config_service::refuse(const std::vector<reconfigure>& requesters,
                            const std::string& message) {
  log(runtime::level::error, "the configuration is not taken: {}", message);
  std::vector<reconfigure> serious;
  for (const auto& one : requesters)
    if (one.dry_run)
      send(one.requester, reconfigured{one.token, false, message, nullptr});
    else
      serious.push_back(one);
  if (serious.empty())
    return;
  records::reconfiguration record;
  record.id = state().next++;
  record.who = serious.back().who;
  record.began = now();
  record.outcome = records::reconfiguration_outcome::refused;
  record.message = message;
  finish_record(std::move(record), serious, false);
}

void config_service::answer_dry_run(const reconfigure& requester, const runtime::tree_plan& plan) {
  records::reconfiguration shown;
  record_plan(shown, plan);
  send(requester.requester,
       reconfigured{requester.token, true, runtime::summary_of(plan), plan_view(shown)});
}

void config_service::change_to(std::vector<runtime::child_spec> wanted,
                               std::vector<reconfigure> requesters, instant began) {
  state().change.emplace();
  auto& change = *state().change;
  change.loaded = now();
  change.record.id = state().next++;
  change.record.who = requesters.empty() ? std::string{me().path()} : requesters.back().who;
  change.record.began = began;
  auto& transaction = change.transaction;
  transaction.id = random() | 1;
  transaction.settle = settle_by_default;
  if (!requesters.empty() && requesters.back().settle)
    transaction.settle = std::clamp(*requesters.back().settle, span{0}, settle_max);
  transaction.plan = runtime::reconcile("/", running(), wanted, rules_of(kinds()));
  if (transaction.plan.changes.empty())
    transaction.settle = span{0};
  change.wanted = std::move(wanted);
  change.requesters = std::move(requesters);
  carry_out(transaction.begin(kinds()));
}

const runtime::service_kind& config_service::static_kind() {
  static const auto kind = runtime::make_kind<config_service>(
      "config", "the configuration that runs, and the way to the next");
  return kind;
}

} // namespace troupe::config
