#include "actors/debug/debug.hpp"
#include "runtime/journal/recorder.hpp"
#include "runtime/secrets/vault.hpp"

namespace troupe::debug {

namespace {

constexpr std::string_view listener_token = "shell";

} // namespace

void debug::init() {
  listen();
}

// Asked again after a swap, the I/O loop leaves a socket that listens already as it is.
void debug::listen() {
  io::endpoint where;
  where.family = "unix";
  where.path = config().socket_path;
  send(address_of(io::io_loop_path), io::listen{std::string{listener_token}, where, me()});
}

// After a swap this is heard once it is final: the time to record as the configuration says.
void debug::on(const io::listening&) {
  if (auto* to = recorder())
    to->apply(config().journal);
  if (!std::exchange(state().listening, true))
    ready();
}

void debug::on(const io::listen_failed& news) {
  throw failed{failure{errc::io, news.message}};
}

void debug::terminate(const std::string&) {
  for (const auto& [connection, peer] : state().peers)
    send(address_of(io::io_loop_path), io::close_connection{connection});
  drop_questions(std::nullopt);
}

bool debug::shutdown_requested() {
  terminate({});
  send(address_of(io::io_loop_path), io::stop_listening{std::string{listener_token}});
  return true;
}

// -- connections ---------------------------------------------------------------------------------

void debug::on(const io::connection_opened& news) {
  bool ours = news.peer_uid == 0 || (news.peer_uid >= 0 && news.peer_uid == config().own_uid);
  bool room = static_cast<std::int64_t>(state().peers.size()) < peers_max;
  if (!ours || !room) {
    state().turned_away++;
    log(runtime::level::warning, "{} is turned away from the shell: {}", news.peer,
        ours ? "too many connections" : "not the master's user");
    send(address_of(io::io_loop_path), io::close_connection{news.connection});
    return;
  }
  state().peers[news.connection].name = news.peer;
  send(address_of(io::io_loop_path), io::read_more{news.connection});
}

void debug::on(const io::bytes_received& news) {
  auto found = state().peers.find(news.connection);
  if (found == state().peers.end()) { // it spoke with an incarnation that failed
    send(address_of(io::io_loop_path), io::close_connection{news.connection});
    return;
  }
  auto lines = found->second.incoming.take(news.data);
  if (!lines) {
    log(runtime::level::warning, "shell: {} is cut off: {}", found->second.name,
        lines.error().message);
    write_line(host(), news.connection, error_line(0, lines.error()));
    send(address_of(io::io_loop_path), io::close_connection{news.connection});
    drop_peer(news.connection);
    return;
  }
  for (const auto& line : *lines)
    take_line(news.connection, line);
  send(address_of(io::io_loop_path), io::read_more{news.connection});
}

void debug::on(const io::connection_closed& news) {
  drop_peer(news.connection);
}

// Answers that are still to come for it find no question and are dropped.
void debug::drop_peer(std::int64_t connection) {
  state().peers.erase(connection);
  drop_questions(connection);
  streams_now().drop_peer(connection);
}

const runtime::service_kind& debug_kind() {
  static const auto kind = runtime::make_kind<debug>("debug", "the shell's end in the master");
  return kind;
}
const runtime::service_kind& debug::static_kind() {
  return debug_kind();
}

} // namespace troupe::debug
