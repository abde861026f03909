// SESSION: one PB connection, from accept to close. Speaks the wire, proves the user, then is the
// mouth and ear of a perspective: calls of the peer go there, its calls go out.
//
// Promises:  an answer reaches its requester once, or `session_lost` does. Bytes are read only
// while what
//            the peer sent and nobody has answered yet stays below `unanswered_bytes_max`.
// Restart:   temporary: a connection cannot be built again. If it fails, the peer is disconnected.
#pragma once

#include "runtime/io/io_loop.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/wire/pb_broker.hpp"

namespace troupe::pbmanager {

/// What the peer has sent in calls that are not answered may reach this before reading stops.
inline constexpr std::int64_t unanswered_bytes_max = 4 << 20;

// -- with the perspective -------------------------------------------------------------------------

/// The user has proved who it is; the perspective decides. Answer with `grant` or `deny`.
struct session_opened {
  runtime::address session;
  std::string user;
  std::string peer;       ///< "127.0.0.1:41234".
  std::int64_t mind = -1; ///< The peer's object, -1 if it gave none.
  TROUPE_FIELDS(session, user, peer, mind)
};
struct grant {
  TROUPE_FIELDS()
};
/// From now on this is who the session speaks for.
struct speak_for {
  runtime::address perspective;
  TROUPE_FIELDS(perspective)
};
struct deny {
  wire::pb_error error;
  TROUPE_FIELDS(error)
};
/// The peer calls one of our objects: "perspective" or one that was sent as own(KEY). Answer with
/// `call_result` or `call_failed`.
struct session_call {
  runtime::address session;
  wire::broker_call call;
  TROUPE_FIELDS(session, call)
};
struct call_result {
  std::int64_t request = 0;
  wire::jelly value;
  TROUPE_FIELDS(request, value)
};
struct call_failed {
  std::int64_t request = 0;
  wire::pb_error error;
  TROUPE_FIELDS(request, error)
};
/// Calls `method` of the peer's object; `call_answered` or `call_refused` come back with `token`.
struct call_peer {
  std::int64_t object = 0;
  std::string method;
  std::vector<wire::jelly> args;
  wire::keyword_arguments kw;
  std::string token;
  TROUPE_FIELDS(object, method, args, kw, token)
};
struct call_answered {
  std::string token;
  wire::jelly value;
  TROUPE_FIELDS(token, value)
};
struct call_refused {
  std::string token;
  wire::pb_error error;
  TROUPE_FIELDS(token, error)
};
/// Gives a reference of the peer's back.
struct give_back {
  std::int64_t object = 0;
  TROUPE_FIELDS(object)
};
struct close_session {
  std::string reason;
  TROUPE_FIELDS(reason)
};
/// The connection is gone. Said once.
struct session_lost {
  runtime::address session;
  std::string message;
  TROUPE_FIELDS(session, message)
};

// -- with the manager -----------------------------------------------------------------------------

/// Who is `name`, and is this its response to our challenge? Answered with `user_checked`.
struct check_user {
  std::string name;
  bytes challenge;
  bytes response;
  bool has_mind = false;
  std::string port; ///< The name of the port it came in by.
  runtime::address session;
  TROUPE_FIELDS(name, challenge, response, has_mind, port, session)
};
struct user_checked {
  bool ok = false;
  runtime::address perspective;
  TROUPE_FIELDS(ok, perspective)
};

struct session_config {
  std::int64_t connection = 0;
  std::string peer;
  std::string port;
  runtime::address manager;
  span login_patience = std::chrono::seconds{60}; ///< From accept to a proven user.
  TROUPE_FIELDS(connection, peer, port, manager, login_patience)
};
enum class session_phase : int { login, checking, attaching, open, closing };
constexpr auto names_of(session_phase) {
  return std::array<std::string_view, 5>{"login", "checking", "attaching", "open", "closing"};
}
struct session_state {
  wire::pb_broker_state broker;
  session_phase phase = session_phase::login;
  std::string user;
  bytes challenge;
  std::int64_t respond_request = 0; ///< The call that waits for the perspective.
  std::int64_t mind = -1;
  runtime::address perspective;
  std::map<std::int64_t, std::int64_t> unanswered; ///< Request to its rough size in bytes.
  std::int64_t unanswered_bytes = 0;
  bool reading = false; ///< `read_more` is out.
  std::int64_t calls_in = 0, calls_out = 0;
  TROUPE_FIELDS(broker, phase, user, challenge, respond_request, mind, perspective, unanswered,
                unanswered_bytes, reading, calls_in, calls_out)
};

struct login_overdue {
  TROUPE_FIELDS()
};

class session : public runtime::service<session, session_config, session_state> {
public:
  using hears = runtime::messages<io::bytes_received, io::connection_closed, user_checked, grant,
                                  speak_for, deny, call_result, call_failed, call_peer, give_back,
                                  close_session, login_overdue>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void terminate(const std::string& reason) override;
  bool shutdown_requested() override;

  void on(const io::bytes_received&);
  void on(const io::connection_closed&);
  void on(const user_checked&);
  void on(const grant&);
  void on(const speak_for&);
  void on(const deny&);
  void on(const call_result&);
  void on(const call_failed&);
  void on(const call_peer&);
  void on(const give_back&);
  void on(const close_session&);
  void on(const login_overdue&);

private:
  void hear(wire::broker_event event, bytes& out);
  void hear_call(wire::broker_call call, bytes& out);
  void login(const wire::broker_call& call, bytes& out);
  void respond(const wire::broker_call& call, bytes& out);
  void answered(std::int64_t request);
  void write(bytes out);
  void read_on();
  void cut(std::string message);
  void lost(std::string message);
  wire::pb_broker take_broker() { return wire::pb_broker{std::move(state().broker)}; }
};

} // namespace troupe::pbmanager
