// DEBUG: the shell's end inside the master. Whoever runs it may look at every part of it and steer
// it, over a Unix socket in its folder.
//
// Asks:      cells (`show_cell` and other commands), the store (by snapshots), and for what acts:
//            `/botmaster/brd`, builds, workers, schedulers, `/config`, `/`.
// Promises:  every request gets an answer, at the latest when the patience with whom it was passed
//            on to is over. A peer that is neither our user nor root is turned away.
// Limits:    line_bytes_max per request, requests_max open ones per connection, peers_max
//            connections.
// Restart:   permanent. A connection does not outlive a failure: its peer sees the end and may come
//            again; the listener stays.
#pragma once

#include "actors/botmaster/requests.hpp"
#include "actors/config/config_service.hpp"
#include "actors/debug/debug_state.hpp"
#include "actors/debug/protocol.hpp"
#include "actors/debug/why.hpp"
#include "actors/master/master.hpp"
#include "actors/status/events.hpp"
#include "actors/workers/connection.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/replay/journal_query_service.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::debug {

inline constexpr std::string_view debug_path = "/debug";
inline constexpr std::int64_t peers_max = 64;
inline constexpr std::int64_t requests_max = 256;

class debug;

/// One request on its way through the service.
struct shell_call {
  std::int64_t connection = 0;
  std::int64_t id = 0;
  const std::vector<std::string>& args;
};

/// The answer; nothing if it comes later.
using outcome = result<std::optional<json>>;

struct shell_command {
  std::string_view name;
  std::string_view usage; ///< What follows the name.
  std::string_view about;
  std::string_view example;
  std::size_t args_min = 0;
  std::size_t args_max = 0;
  outcome (debug::*run)(const shell_call&) = nullptr;
  bool writes = false; ///< Changes something: it is recorded with who did it.
};

class debug : public runtime::service<debug, debug_config, debug_state> {
public:
  static constexpr bool not_replayable = true;
  using hears =
      runtime::messages<io::listening, io::listen_failed, io::connection_opened, io::bytes_received,
                        io::connection_closed, runtime::cell_answer, botmaster::request_done,
                        botmaster::buildset_added, botmaster::buildset_refused,
                        botmaster::requests_explained, botmaster::explanation, workers::last_heard,
                        config::reconfiguring, config::reconfigured, master::stop_taken,
                        status::event, status::publisher_restarted, io::connections_listed,
                        runtime::traced, runtime::trace_over, runtime::past_told, question_overdue,
                        sample_due, trace_due, follow_due>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override { listen(); }
  bool ready_when_started() const override { return false; }
  void terminate() override;
  bool shutdown_requested() override;

  void on(const io::listening&);
  void on(const io::listen_failed&);
  void on(const io::connection_opened&);
  void on(const io::bytes_received&);
  void on(const io::connection_closed&);
  void on(const runtime::cell_answer&);
  void on(const botmaster::request_done&);
  void on(const botmaster::buildset_added&);
  void on(const botmaster::buildset_refused&);
  void on(const botmaster::requests_explained&);
  void on(const botmaster::explanation&);
  void on(const workers::last_heard&);
  void on(const config::reconfiguring&);
  void on(const config::reconfigured&);
  void on(const master::stop_taken&);
  void on(const status::event&);
  void on(const status::publisher_restarted&);
  void on(const io::connections_listed&);
  void on(const runtime::traced&);
  void on(const runtime::trace_over&);
  void on(const runtime::past_told&);
  void on(const question_overdue&);
  void on(const sample_due&);
  void on(const trace_due&);
  void on(const follow_due&);

private:
  // debug.cpp: connections, requests, answers
  void listen();
  void take_line(std::int64_t connection, const std::string& line);
  void reply(std::int64_t connection, std::string line);
  void drop_peer(std::int64_t connection);
  std::int64_t open_requests(std::int64_t connection) const;
  std::string ask(std::int64_t connection, std::int64_t id, std::string path, span patience,
                  std::string command = {});
  std::string ask(const shell_call& call, std::string path, span patience,
                  std::string command = {}) {
    return ask(call.connection, call.id, std::move(path), patience, std::move(command));
  }
  void conclude(const std::string& token, const result<json>& answer);

  // table.cpp: what there is
  static const std::vector<shell_command>& commands();
  static const shell_command* find_command(std::string_view name);
  outcome help(const shell_call&);
  void record(const shell_command& command, const shell_call&);

  // tree_commands.cpp: services, one and all
  bool is_there(std::string_view path) const;
  failure nobody_at(std::string_view path) const;
  outcome tree(const shell_call&);
  outcome list(const shell_call&);
  outcome hears_of(const shell_call&);
  outcome top(const shell_call&);
  outcome show(const shell_call&, const char* what);
  outcome info(const shell_call& call) { return show(call, "info"); }
  outcome state_of(const shell_call& call) { return show(call, "state"); }
  outcome config_of(const shell_call&);
  outcome mailbox(const shell_call& call) { return show(call, "mailbox"); }
  outcome crashes(const shell_call& call) { return show(call, "crashes"); }
  outcome links(const shell_call& call) { return show(call, "links"); }
  outcome restarts(const shell_call&);

  // master_commands.cpp: the master as a whole
  outcome summary(const shell_call&);
  outcome ask_writer(const shell_call& call, const char* command);
  outcome health(const shell_call& call) { return ask_writer(call, "health"); }
  outcome database(const shell_call& call) { return ask_writer(call, "db"); }
  json database_view(const json& writer);
  json health_now(const json& writer);
  outcome connections(const shell_call&);
  outcome reconfigs(const shell_call&);
  outcome acts(const shell_call&);

  // record_commands.cpp: what is stored
  outcome workers(const shell_call&);
  outcome builders(const shell_call&);
  outcome changes(const shell_call&);
  outcome builds(const shell_call&);
  outcome build(const shell_call&);
  outcome requests(const shell_call&);

  // why.cpp
  outcome why(const shell_call&);
  bool is_stored(buildrequest_id which);
  result<botmaster::thing> find_thing(botmaster::thing_kind kind, const std::string& name);
  result<botmaster::thing> find_thing(const std::vector<std::string>& arguments);
  void open_link(query& asks, const botmaster::thing& about);
  std::string path_of_witness(const query& asks);
  void put_question(const query& asks, const std::string& path, const std::string& token);
  outcome pursue(std::int64_t connection, std::int64_t id, query asks);
  std::optional<std::pair<question, query>> take_inquiry(const std::string& token);
  void go_on(const question& asked, query asks);
  void witness_overdue(const std::string& token);

  // streams.cpp: watch and log
  outcome watch(const shell_call&);
  outcome log_of(const shell_call&);
  outcome more(const shell_call&);
  outcome end(const shell_call&);
  void subscribe();
  void send_pages(const std::string& key);
  void end_stream(const std::string& key);

  // tracing.cpp: messages as they are taken
  outcome trace(const shell_call&);
  void end_trace(const std::string& token);

  // journal_commands.cpp: the past
  outcome journal(const shell_call&);
  json journal_view(const json& segments);
  outcome record_ring(const shell_call&);
  outcome at_time(const shell_call&);
  outcome cause(const shell_call&);

  // acting.cpp: what changes something
  std::string by_whom(std::string_view done, const shell_call&);
  outcome force(const shell_call&);
  outcome stop(const shell_call&);
  outcome cancel(const shell_call&);
  outcome worker(const shell_call&);
  outcome reconfig(const shell_call&);
  outcome shutdown(const shell_call&);

  // steering.cpp: what changes one service
  template <class Command>
  outcome steer(const shell_call& call, Command what);
  outcome crash(const shell_call&);
  outcome restart(const shell_call&);
  outcome swap(const shell_call&);
  outcome suspend(const shell_call&);
  outcome resume(const shell_call&);
  outcome send_message(const shell_call&);
};

const runtime::service_kind& debug_kind();

} // namespace troupe::debug
