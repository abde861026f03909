// MASTER: the root supervisor (BuildMaster): who this master is, its heartbeat, signals, the end.
//
// Owns:      its own record. SIGTERM and SIGINT stop it, SIGUSR1 stops it when all builds are done,
//            SIGHUP reconfigures it.
// Promises:  it ends after its builds: those that run are stopped while their workers are there,
//            and have five seconds to end.
// Restart:   it is the root: what it cannot mend ends the program with the chain of reasons.
#pragma once

#include "actors/botmaster/brd/brd.hpp"
#include "actors/config/config_service.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::master {

/// Stop the master. `clean`: start no more builds and wait for those that run. Answered with
/// `stop_taken`.
struct stop_master {
  bool clean = false;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(clean, token, requester)
};
struct stop_taken {
  std::string token;
  TROUPE_FIELDS(token)
};
struct heartbeat_due {
  TROUPE_FIELDS()
};
/// The builds have had their time to end.
struct stop_due {
  TROUPE_FIELDS()
};

struct master_config {
  std::string folder;
  master_id id;
  std::string name; ///< HOST:BASEDIR.
  TROUPE_FIELDS(folder, id, name)
};
struct master_state {
  instant started_at;
  std::int64_t heartbeats = 0;
  bool ending = false;
  bool clean_stop = false; ///< Waits for all builds, however long they take.
  std::string last_reconfiguration;
  TROUPE_FIELDS(started_at, heartbeats, ending, clean_stop, last_reconfiguration)
};

class build_master : public runtime::service<build_master, master_config, master_state> {
public:
  using hears = runtime::messages<io::signal_received, stop_master, heartbeat_due, stop_due,
                                  botmaster::all_builds_done, config::reconfigured>;
  static const runtime::service_kind& static_kind();
  void init() override;
  bool shutdown_requested() override;

  void on(const io::signal_received&);
  void on(const stop_master&);
  void on(const heartbeat_due&);
  void on(const stop_due&);
  void on(const botmaster::all_builds_done&);
  void on(const config::reconfigured&);

private:
  void stop(bool clean);
  void hold_builds();
};

} // namespace troupe::master
