#include "actors/pbmanager/session.hpp"

#include "runtime/wire/pb_login.hpp"

namespace troupe::pbmanager {

using wire::jelly;
using wire::pb_error;

namespace {

const std::string perspective_key = "perspective", challenger_key = "challenger";
/// What a peer may send in one message before it has proved who it is.
constexpr std::int64_t login_bytes_max = 64 * 1024;
constexpr std::int64_t message_bytes_max = 16 << 20;

std::int64_t rough_size(const jelly& value) {
  std::int64_t size = 16;
  if (auto* text = value.as_text())
    size += static_cast<std::int64_t>(text->size());
  for (const auto& item : value.items())
    size += rough_size(item);
  for (const auto& [key, item] : value.pairs())
    size += rough_size(key) + rough_size(item);
  return size;
}

std::int64_t rough_size(const wire::broker_call& call) {
  std::int64_t size = 64;
  for (const auto& arg : call.args)
    size += rough_size(arg);
  return size;
}

} // namespace

void session::init() {
  send(address_of(io::io_loop_path), io::adopt_connection{config().connection, me()});
  wire::pb_limits limits;
  limits.expression_bytes_max = login_bytes_max;
  auto broker = wire::pb_broker::listening(limits);
  bytes out = broker.greeting();
  state().broker = std::move(broker).into_state();
  write(std::move(out));
  start_timer("login", config().login_patience, login_overdue{});
  read_on();
}

void session::terminate(const std::string&) {
  send(address_of(io::io_loop_path), io::close_connection{config().connection});
  if (state().perspective)
    send(state().perspective, session_lost{me(), "the session failed"});
}

bool session::shutdown_requested() {
  terminate({});
  return true;
}

void session::write(bytes out) {
  if (!out.empty())
    send(address_of(io::io_loop_path), io::write_bytes{config().connection, std::move(out)});
}

void session::read_on() {
  if (state().reading || state().phase == session_phase::closing
      || state().unanswered_bytes > unanswered_bytes_max)
    return;
  state().reading = true;
  send(address_of(io::io_loop_path), io::read_more{config().connection});
}

/// Drops a peer that does not keep to the protocol or has been denied.
void session::cut(std::string message) {
  if (state().phase == session_phase::closing)
    return;
  log(runtime::level::warning, "{}{} cut off: {}", config().peer,
      state().user.empty() ? "" : " ('" + state().user + "')", message);
  send(address_of(io::io_loop_path), io::close_connection{config().connection});
  lost(std::move(message));
}

void session::lost(std::string message) {
  if (state().phase == session_phase::closing)
    return;
  state().phase = session_phase::closing;
  if (state().perspective)
    send(state().perspective, session_lost{me(), std::move(message)});
  finish();
}

void session::on(const io::bytes_received& incoming) {
  if (state().phase == session_phase::closing)
    return;
  state().reading = false;
  auto broker = take_broker();
  bytes out;
  auto events = broker.take(incoming.data, out);
  state().broker = std::move(broker).into_state();
  for (auto& event : events) {
    hear(std::move(event), out);
    if (state().phase == session_phase::closing)
      break;
  }
  write(std::move(out));
  read_on();
}

void session::hear(wire::broker_event event, bytes& out) {
  if (auto* call = std::get_if<wire::broker_call>(&event)) {
    state().calls_in++;
    hear_call(std::move(*call), out);
  } else if (auto* answer = std::get_if<wire::broker_answer>(&event)) {
    send(state().perspective, call_answered{std::move(answer->token), std::move(answer->value)});
  } else if (auto* error = std::get_if<wire::broker_error>(&event)) {
    send(state().perspective, call_refused{std::move(error->token), std::move(error->error)});
  } else if (auto* broken = std::get_if<wire::broker_broken>(&event)) {
    write(std::exchange(out, {}));
    cut(std::move(broken->message));
  }
}

void session::hear_call(wire::broker_call call, bytes& out) {
  auto refuse = [&](const pb_error& error) {
    auto broker = take_broker();
    broker.fail(call.request, error, out);
    state().broker = std::move(broker).into_state();
  };
  if (call.object == "root") {
    if (call.method == "login")
      login(call, out);
    else if (call.method == "loginAnonymous")
      refuse(pb_error::unhandled_credentials());
    else
      refuse(pb_error::no_such_method(call.method));
  } else if (call.object == challenger_key) {
    if (call.method == "respond" && state().phase == session_phase::login)
      respond(call, out);
    else
      refuse(pb_error::no_such_method(call.method));
  } else if (state().phase == session_phase::open || state().phase == session_phase::attaching) {
    if (call.wants_answer) {
      auto size = rough_size(call);
      state().unanswered.emplace(call.request, size);
      state().unanswered_bytes += size;
    }
    send(state().perspective, session_call{me(), std::move(call)});
  } else {
    refuse(pb_error::invalid_object_id());
  }
}

// The same answer for known and unknown names: nothing leaks here (pb.md §7).
void session::login(const wire::broker_call& call, bytes& out) {
  auto* name = call.argument(0, "username");
  auto broker = take_broker();
  if (state().phase != session_phase::login || !name || !name->as_text()) {
    broker.fail(call.request, pb_error::type_error("login(username) expected"), out);
  } else {
    state().user = *name->as_text();
    state().challenge.clear();
    for (std::size_t i = 0; i < wire::pb_challenge_bytes; i += 8) {
      auto prng = random();
      for (int k = 0; k < 8; ++k)
        state().challenge.push_back(static_cast<char>(prng >> (8 * k)));
    }
    static_cast<void>(broker.answer(
        call.request, jelly::tuple({jelly::raw(state().challenge), jelly::own(challenger_key)}),
        out));
  }
  state().broker = std::move(broker).into_state();
}

void session::respond(const wire::broker_call& call, bytes& out) {
  auto* response = call.argument(0, "response");
  auto* mind = call.argument(1, "mind");
  if (!response || !response->as_text()) {
    auto broker = take_broker();
    broker.fail(call.request, pb_error::type_error("respond(response, mind) expected"), out);
    state().broker = std::move(broker).into_state();
    return;
  }
  state().respond_request = call.request;
  state().mind = mind && mind->as_remote() ? *mind->as_remote() : -1;
  state().phase = session_phase::checking;
  send(config().manager, check_user{state().user, state().challenge, *response->as_text(),
                                    state().mind >= 0, config().port, me()});
}

void session::on(const user_checked& verdict) {
  if (state().phase != session_phase::checking)
    return;
  if (!verdict.ok) {
    // The connection stays: a stock worker waits and closes it itself.
    log(runtime::level::warning, "{}: login of '{}' refused: unknown user or wrong password",
        config().peer, state().user);
    state().phase = session_phase::login;
    auto broker = take_broker();
    bytes out;
    broker.fail(state().respond_request, pb_error::unauthorized_login(), out);
    state().broker = std::move(broker).into_state();
    write(std::move(out));
    return;
  }
  state().phase = session_phase::attaching;
  state().perspective = verdict.perspective;
  state().broker.limits.expression_bytes_max = message_bytes_max;
  cancel_timer("login");
  send(verdict.perspective, session_opened{me(), state().user, config().peer, state().mind});
}

void session::on(const grant&) {
  if (state().phase != session_phase::attaching)
    return;
  state().phase = session_phase::open;
  auto broker = take_broker();
  bytes out;
  static_cast<void>(broker.answer(state().respond_request, jelly::own(perspective_key), out));
  state().broker = std::move(broker).into_state();
  write(std::move(out));
}

void session::on(const speak_for& command) {
  state().perspective = command.perspective;
}

void session::on(const deny& verdict) {
  if (state().phase != session_phase::attaching)
    return;
  auto broker = take_broker();
  bytes out;
  broker.fail(state().respond_request, verdict.error, out);
  state().broker = std::move(broker).into_state();
  state().perspective = {};
  state().phase = session_phase::login;
  start_timer("login", config().login_patience, login_overdue{});
  write(std::move(out));
}

void session::answered(std::int64_t request) {
  auto found = state().unanswered.find(request);
  if (found == state().unanswered.end())
    return;
  state().unanswered_bytes -= found->second;
  state().unanswered.erase(found);
  read_on();
}

void session::on(const call_result& result) {
  auto broker = take_broker();
  bytes out;
  if (auto done = broker.answer(result.request, result.value, out); !done)
    log(runtime::level::error, "an answer could not be sent: {}", done.error().message);
  state().broker = std::move(broker).into_state();
  answered(result.request);
  write(std::move(out));
}

void session::on(const call_failed& result) {
  auto broker = take_broker();
  bytes out;
  broker.fail(result.request, result.error, out);
  state().broker = std::move(broker).into_state();
  answered(result.request);
  write(std::move(out));
}

void session::on(const call_peer& command) {
  if (state().phase == session_phase::closing)
    return;
  state().calls_out++;
  auto broker = take_broker();
  bytes out;
  auto done =
      broker.call(command.object, command.method, command.args, command.kw, command.token, out);
  state().broker = std::move(broker).into_state();
  if (!done && !command.token.empty())
    send(state().perspective,
         call_refused{command.token,
                      pb_error::of("troupe." + std::string{to_string(done.error().code)}, {},
                                   done.error().message)});
  write(std::move(out));
}

void session::on(const give_back& command) {
  auto broker = take_broker();
  bytes out;
  broker.give_back(command.object, out);
  state().broker = std::move(broker).into_state();
  write(std::move(out));
}

void session::on(const close_session& command) {
  cut(command.reason);
}

void session::on(const login_overdue&) {
  if (state().phase == session_phase::login || state().phase == session_phase::checking)
    cut("no login within its patience");
}

void session::on(const io::connection_closed& news) {
  if (state().phase != session_phase::closing)
    log(runtime::level::info, "{}{} is gone: {}", config().peer,
        state().user.empty() ? "" : " ('" + state().user + "')", news.message);
  lost(news.message);
}

const runtime::service_kind& session::static_kind() {
  static const auto kind = runtime::make_kind<session>("pb_session", "one PB connection");
  return kind;
}

} // namespace troupe::pbmanager
