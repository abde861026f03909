// The kinds of services: those of nodes by hand, those of components from the catalogue.
#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/build/build.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/build_master/master.hpp"
#include "actors/caches/caches.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/config/config_service.hpp"
#include "actors/config/model/service_role.hpp"
#include "actors/db/db.hpp"
#include "actors/debug/debug.hpp"
#include "actors/master/tree.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/status/events.hpp"
#include "actors/workers/worker_manager.hpp"
#include "runtime/io/files.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/replay/journal_query_service.hpp"
#include "runtime/service/branch.hpp"

namespace troupe::master {

namespace {

template <class... Services>
void add_nodes(runtime::kind_registry& to) {
  (to.add(Services::static_kind()), ...);
}

template <class... Messages>
void know(runtime::kind_registry& to) {
  (to.know(runtime::codec_of<Messages>()), ...);
}

} // namespace

void add_kinds(runtime::kind_registry& to) {
  add_nodes<build_master, runtime::branch, metrics::metrics, caches::cache_manager, db::database,
            config::config_service, status::event_hub, pbmanager::pb_manager, pbmanager::session,
            workers::worker_manager, workers::worker_connection, change_svc::change_manager,
            schedulers::scheduler_manager, botmaster::botmaster, botmaster::distributor,
            botmaster::locks, botmaster::build, debug::debug>(to);
  for (const auto* one : model::catalogue())
    if (auto* role = model::role_of<model::service_role>(one))
      to.add(role->kind());
  know<io::listen, io::stop_listening, io::retain_listeners, io::adopt_connection, io::read_more,
       io::write_bytes, io::close_connection, io::list_connections, io::watch_signals,
       io::read_block, io::write_block, io::close_file, runtime::tell_past_state,
       runtime::tell_causes, runtime::tell_segments>(to);
}

} // namespace troupe::master
