// WORKER CONNECTION: one attached worker over PB. Turns what builds want into calls of the worker's
// objects and what the worker says into news for builds (pb.md §8, 9, 13–15).
//
// Promises:  a command ends for its requester exactly once: `command_complete`, or `worker_lost`.
// Restart:   temporary: what the worker knows of us cannot be built again. If it fails, the worker
// is
//            disconnected and comes back by itself; its builds are retried.
#pragma once

#include "actors/pbmanager/session.hpp"
#include "actors/workers/messages.hpp"

namespace troupe::workers {

/// From the manager: another connection of the same name has come. Answered with `arbitrated`.
struct arbitrate {
  TROUPE_FIELDS()
};
struct arbitrated {
  std::string name;
  bool alive = false; ///< The worker at the old connection answered.
  TROUPE_FIELDS(name, alive)
};
struct connection_over {
  std::string name;
  runtime::address connection;
  TROUPE_FIELDS(name, connection)
};

struct keepalive_due {
  TROUPE_FIELDS()
};
struct arbitration_overdue {
  TROUPE_FIELDS()
};
struct attach_overdue {
  TROUPE_FIELDS()
};

struct worker_connection_config {
  std::string name;
  std::string peer;
  runtime::address session;
  std::int64_t mind = 0;
  runtime::address manager;
  runtime::address owner; ///< `/botmaster/workers/NAME`.
  TROUPE_FIELDS(name, peer, session, mind, manager, owner)
};

enum class attach_phase : int { greeting, informing, listing, printing, attached, over };
constexpr auto names_of(attach_phase) {
  return std::array<std::string_view, 6>{"greeting", "informing", "listing",
                                         "printing", "attached",  "over"};
}

struct running_command {
  std::string builder;
  runtime::address requester;
  std::deque<std::pair<std::int64_t, std::int64_t>> updates; ///< Requests to answer, with numbers.
  TROUPE_FIELDS(builder, requester, updates)
};

struct worker_connection_state {
  attach_phase phase = attach_phase::greeting;
  std::optional<set_builder_list> wanted;       ///< As last told by the owner.
  bool listing = false;                         ///< A `setBuilderList` is out.
  std::vector<served_builder> listed;           ///< What it was told last.
  std::map<std::string, std::int64_t> builders; ///< The worker's builder objects.
  std::int64_t prints = 0;                      ///< Not yet answered "attached"s.
  std::map<std::string, json> info;
  std::map<std::string, std::string> commands;
  std::map<std::string, std::string> environ;
  std::map<std::string, running_command> running; ///< By command id.
  std::map<std::string, runtime::address> builds; ///< Who builds for a builder here.
  std::optional<instant> keepalive_sent;          ///< One that is not answered.
  instant keepalive_at; ///< When the next is due; one that is out must be back.
  instant heard_at;     ///< The last call or answer of the worker.
  bool arbitrating = false;
  bool shutting_down = false;
  TROUPE_FIELDS(phase, wanted, listing, listed, builders, prints, info, commands, environ, running,
                builds, keepalive_sent, keepalive_at, heard_at, arbitrating, shutting_down)
};

class worker_connection
  : public runtime::service<worker_connection, worker_connection_config, worker_connection_state> {
public:
  using hears =
      runtime::messages<pbmanager::session_call, pbmanager::call_answered, pbmanager::call_refused,
                        pbmanager::session_lost, set_builder_list, report_attachment,
                        shut_worker_down, drop_worker, prepare_build, start_command,
                        interrupt_command, updates_taken, transfer_result, release_builder,
                        arbitrate, keepalive_due, arbitration_overdue, attach_overdue>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void terminate(const std::string& reason) override;
  bool shutdown_requested() override;

  void on(const pbmanager::session_call&);
  void on(const pbmanager::call_answered&);
  void on(const pbmanager::call_refused&);
  void on(const pbmanager::session_lost&);
  void on(const set_builder_list&);
  void on(const report_attachment&);
  void on(const shut_worker_down&);
  void on(const drop_worker&);
  void on(const prepare_build&);
  void on(const start_command&);
  void on(const interrupt_command&);
  void on(const updates_taken&);
  void on(const transfer_result&);
  void on(const release_builder&);
  /// Whether the worker has been silent since it was asked for something.
  std::optional<runtime::causes> explain(const runtime::query&) override;
  void on(const arbitrate&);
  void on(const keepalive_due&);
  void on(const arbitration_overdue&);
  void on(const attach_overdue&);

private:
  // worker_attach.cpp: from arrival to readiness
  void learn(const wire::jelly& info);
  std::vector<served_builder> to_serve() const;
  void list_builders();
  void listed(const wire::jelly& objects);
  void attached();
  void tell_attached();
  // worker_connection.cpp
  void keep_alive(span interval);
  void call(std::int64_t object, std::string method, std::string token,
            std::vector<wire::jelly> args = {}, wire::keyword_arguments kw = {});
  void print(std::string message, std::string token);
  void over(const std::string& message);
  void drop(std::string message);
  void prepared(const std::string& builder, bool pinged, bool begun, std::string message);
  void command_called(const std::string& key, const wire::broker_call& call);
  void updated(running_command& command, const std::string& id, const wire::broker_call& call);
  void answer(const wire::broker_call& call, wire::jelly value);
};

} // namespace troupe::workers
