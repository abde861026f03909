// PB MANAGER: listens on the PB ports and knows which user is what.
//
// Owns:      the listeners; one session per connection as its child.
// Promises:  an unknown user and a wrong password look the same. A port that cannot be had is a
//            failure with the address in it; in a reconfiguration it is asked for before anything
//            changes, and refuses it.
// Restart:   permanent. Sessions are its children and stay; listeners are taken up where they are.
#pragma once

#include "actors/pbmanager/session.hpp"

namespace troupe::pbmanager {

inline constexpr std::string_view pbmanager_path = "/pbmanager";

struct pb_user {
  std::string password;
  runtime::address perspective;   ///< Hears `session_opened`.
  bool worker = false;            ///< Must bring a mind; others must not be taken for a worker.
  std::vector<std::string> ports; ///< On which it may log in; empty: on all.
  TROUPE_FIELDS(password, perspective, worker, ports)
};

struct pb_port {
  std::string name; ///< As configured; the token of its listener.
  io::endpoint where;
  TROUPE_FIELDS(name, where)
};

/// To itself: another configuration is in force.
struct ports_changed {
  TROUPE_FIELDS()
};

struct pb_manager_config {
  std::vector<pb_port> ports;
  std::map<std::string, pb_user> users;
  TROUPE_FIELDS(ports, users)
};
struct pb_manager_state {
  std::map<std::string, std::int64_t> listening; ///< Port name to the number it got.
  std::set<std::string> acquiring;               ///< For a configuration to come.
  std::int64_t sessions = 0;
  std::int64_t logins = 0, refusals = 0;
  TROUPE_FIELDS(listening, acquiring, sessions, logins, refusals)
};

class pb_manager : public runtime::service<pb_manager, pb_manager_config, pb_manager_state> {
public:
  using hears = runtime::messages<io::listening, io::listen_failed, io::connection_opened,
                                  io::connection_closed, check_user, ports_changed>;
  static constexpr bool takes_configuration = true;
  static const runtime::service_kind& static_kind();
  void init() override { take_up_ports(); }
  void code_change() override { take_up_ports(); }
  bool prepare_reconfig() override;
  void abort_reconfig() override { send(me(), ports_changed{}); }
  void config_changed() override { send(me(), ports_changed{}); }
  bool ready_when_started() const override { return listens_everywhere(); }

  void on(const io::listening&);
  void on(const io::listen_failed&);
  void on(const io::connection_opened&);
  void on(const io::connection_closed&) {} // before its session took it up; that is told, too
  void on(const check_user&);
  void on(const ports_changed&);

private:
  void take_up_ports();
  void ask_for(const pb_port& port);
  bool listens_everywhere() const;
};

} // namespace troupe::pbmanager
