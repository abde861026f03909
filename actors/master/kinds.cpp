// Every kind of service, by hand: nothing registers itself.
#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/build/build.hpp"
#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/caches/caches.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/changes/pb_change_source.hpp"
#include "actors/config/config_service.hpp"
#include "actors/db/db.hpp"
#include "actors/debug/debug.hpp"
#include "actors/master/master.hpp"
#include "actors/master/tree.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "actors/schedulers/force_scheduler.hpp"
#include "actors/status/events.hpp"
#include "actors/workers/worker_manager.hpp"
#include "runtime/io/files.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/replay/journal_query_service.hpp"
#include "runtime/service/branch.hpp"

namespace troupe::master {

namespace {

template <class... Messages>
void know(runtime::kind_registry& to) {
  (to.know(runtime::codec_of<Messages>()), ...);
}

} // namespace

void add_kinds(runtime::kind_registry& to) {
  for (const auto* kind : {&master_kind(),
                           &runtime::branch_kind(),
                           &metrics::metrics_kind(),
                           &caches::caches_kind(),
                           &db::database_kind(),
                           &config::config_service_kind(),
                           &status::event_hub_kind(),
                           &pbmanager::pb_manager_kind(),
                           &pbmanager::session_kind(),
                           &workers::worker_manager_kind(),
                           &workers::worker_connection_kind(),
                           &change_svc::change_manager_kind(),
                           &change_svc::pb_change_source_kind(),
                           &schedulers::scheduler_manager_kind(),
                           &schedulers::change_scheduler_kind(),
                           &schedulers::force_scheduler_kind(),
                           &botmaster::botmaster_kind(),
                           &botmaster::distributor_kind(),
                           &botmaster::worker_kind(),
                           &botmaster::locks_kind(),
                           &botmaster::builder_kind(),
                           &botmaster::build_kind(),
                           &debug::debug_kind()})
    to.add(*kind);
  know<io::listen, io::stop_listening, io::retain_listeners, io::adopt_connection, io::read_more,
       io::write_bytes, io::close_connection, io::list_connections, io::watch_signals,
       io::read_block, io::write_block, io::close_file, runtime::tell_past_state,
       runtime::tell_causes, runtime::tell_segments>(to);
}

} // namespace troupe::master
