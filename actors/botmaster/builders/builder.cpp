#include "actors/botmaster/builders/builder.hpp"

#include "actors/botmaster/brd/messages.hpp"
#include "actors/botmaster/build/build.hpp"
#include "actors/botmaster/build/build_outcome.hpp"
#include "actors/botmaster/builders/causes.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/status/events.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::botmaster {

void builder::init() {
  auto from = store().read();
  auto known = storage::find_builder(from, config().builder.name);
  if (!known) {
    send(address_of(botmaster_path), enrol{false, config().builder.name, me()});
    return;
  }
  state().id = known->id;
  begin();
}

void builder::on(const enrolled& news) {
  if (state().id)
    return;
  state().id = builder_id{news.id};
  begin();
  ready();
}

// Its children are the builds that run, stored already or not: what they were started with tells
// which.
void builder::begin() {
  state().next_number = storage::max_build_number(store().read(), state().id) + 1;
  for (const auto& name : children()) {
    auto build = decode<build_config>(child_spec_of(name)->config).value();
    state().next_number = std::max(state().next_number, build.number + 1);
    state().running[build.order.build] = build.number;
  }
  config_changed();
}

void builder::config_changed() {
  if (!state().id)
    return; // not enrolled yet: it begins then
  if (config().retired)
    leave_if_done();
  else
    announce();
}

// Running builds of a builder that is no longer configured go on to their end (§25). If it has been
// configured again meanwhile, it stays.
void builder::leave_if_done() {
  if (config().retired && state().running.empty())
    control(
        std::string{builders_path},
        runtime::remove_child{runtime::path_segment(config().builder.name), {}, encode(config())});
}

void builder::announce() {
  builder_registered here{config().builder.name, state().id, {}};
  for (const auto& [build, number] : state().running)
    here.running.insert(build);
  send(address_of(brd_path), std::move(here));
}

/// A build whose service was killed with its builder's former cell: nobody goes on with it.
void builder::end_orphan(records::build build, const start_build& order) {
  runtime::transaction work;
  storage::end_as_retry(store().read(), build, now(), "retry its service was killed", work.work);
  auto path = runtime::child_path(me().path(), std::to_string(build.number));
  work.work.erase_state(path);
  work.send(address_of(status::status_path),
            status::event{fmt::format("builds/{}/finished", build.id.value), to_json(build)});
  work.send(address_of(brd_path), build_over{order.build, order.request.id, config().builder.name,
                                             order.worker, records::result_code::retry});
  work.send(address_of(worker_path(order.worker)),
            worker_released{config().builder.name, records::result_code::retry, address_of(path)});
  commit(std::move(work));
}

void builder::on(const start_build& order) {
  if (state().running.contains(order.build))
    return; // said twice by a distributor that was restarted
  if (auto stored = storage::find_build(store().read(), order.build)) {
    if (!stored->complete_at)
      end_orphan(*stored, order);
    return; // it has been started, and its end is reported
  }
  if (config().retired) {
    send(address_of(brd_path), build_over{order.build, order.request.id, config().builder.name,
                                          order.worker, std::nullopt});
    return;
  }
  auto number = state().next_number++;
  state().running[order.build] = number;
  build_config build;
  build.order = order;
  build.number = number;
  build.builder = state().id;
  build.definition = config().builder;
  build.global_properties = config().global_properties;
  build.config_file = config().config_file;
  build.master = config().master;
  build.log_max_size = config().log_max_size;
  build.log_max_tail_size = config().log_max_tail_size;
  build.parent = me();
  build.worker_locks = order.worker_locks;
  auto spec = runtime::child<::troupe::botmaster::build>(std::to_string(number), build);
  spec.restart = runtime::restart_policy::transient;
  spec.stop_patience = std::chrono::seconds{8}; // a worker has 5 s to react (§26.2)
  start_child(std::move(spec));
}

void builder::on(const build_over& news) {
  state().running.erase(news.build);
  leave_if_done();
}

void builder::on(const stop_build& command) {
  auto found = state().running.find(command.build);
  if (found == state().running.end())
    send(command.requester, request_done{command.token, false, "that build does not run"});
  else
    send(child(std::to_string(found->second)), command);
}

// A build that runs answers for itself.
std::optional<causes> builder::explain(const query& what) {
  build_id which{what.about.id};
  const auto& name = config().builder.name;
  auto from = store().read();
  auto stored = storage::find_build(from, which);
  if (auto found = state().running.find(which); found != state().running.end()) {
    auto number = std::to_string(found->second);
    if (child_spec_of(number)) {
      send(child(number), what);
      return std::nullopt;
    }
    return causes{{runtime::service_cause::waits_for_store,
                   fmt::format("that build {}/{} has ended is not stored yet", name, number),
                   the_service(runtime::store_path)}};
  }
  if (!stored)
    return causes{{builder_cause::claim_being_stored,
                   fmt::format("builder {} has not been told of that build yet", name),
                   the_builder(name)}};
  if (stored->complete_at)
    return what_became_of(from, *stored, now());
  return causes{{runtime::service_cause::service_absent,
                 fmt::format("build {}/{} has no service any more", name, stored->number),
                 the_service(runtime::child_path(me().path(), std::to_string(stored->number)))}};
}

const runtime::service_kind& builder::static_kind() {
  static const auto kind =
      runtime::make_kind<builder>("builder", "numbers its builds; parent of those that run");
  return kind;
}

} // namespace troupe::botmaster
