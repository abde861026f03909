// WORKER MANAGER: one view of the connected workers, whatever their protocol. Each is a child with
// the worker's name; of two connections of one name the older one decides by answering (pb.md §14).
//
// Restart:   permanent. Connections are its children and stay; it knows them by what they were
//            started with.
#pragma once

#include "actors/workers/worker_connection.hpp"

namespace troupe::workers {

struct worker_manager_config {
  runtime::address owners_parent; ///< `/botmaster/workers`: NAME below it owns the worker NAME.
  TROUPE_FIELDS(owners_parent)
};
struct worker_manager_state {
  std::map<std::string, runtime::address> connected;        ///< Worker name to its connection.
  std::map<std::string, pbmanager::session_opened> waiting; ///< For the older one's answer.
  TROUPE_FIELDS(connected, waiting)
};

class worker_manager
  : public runtime::service<worker_manager, worker_manager_config, worker_manager_state> {
public:
  using hears = runtime::messages<pbmanager::session_opened, pbmanager::session_lost, arbitrated,
                                  connection_over, report_worker>;
  static const runtime::service_kind& static_kind();
  void terminate(const std::string& reason) override;
  void init() override;

  void on(const pbmanager::session_opened&);
  void on(const pbmanager::session_lost&);
  void on(const arbitrated&);
  void on(const connection_over&);
  void on(const report_worker&);

private:
  void begin(const pbmanager::session_opened& opened);
  std::string config_owner_path() const;
};

} // namespace troupe::workers
