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
  send(address_of(io::rim_path), io::listen{std::string{listener_token}, where, me()});
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

void debug::terminate() {
  for (const auto& [connection, peer] : state().peers)
    send(address_of(io::rim_path), io::close_connection{connection});
  for (const auto& [token, one] : state().traces)
    end_trace(token);
}

bool debug::shutdown_requested() {
  terminate();
  send(address_of(io::rim_path), io::stop_listening{std::string{listener_token}});
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
    send(address_of(io::rim_path), io::close_connection{news.connection});
    return;
  }
  state().peers[news.connection].name = news.peer;
  send(address_of(io::rim_path), io::read_more{news.connection});
}

void debug::on(const io::bytes_received& news) {
  auto found = state().peers.find(news.connection);
  if (found == state().peers.end()) { // it spoke with an incarnation that failed
    send(address_of(io::rim_path), io::close_connection{news.connection});
    return;
  }
  auto lines = found->second.incoming.take(news.data);
  if (!lines) {
    log(runtime::level::warning, "shell: {} is cut off: {}", found->second.name,
        lines.error().message);
    reply(news.connection, error_line(0, lines.error()));
    send(address_of(io::rim_path), io::close_connection{news.connection});
    drop_peer(news.connection);
    return;
  }
  for (const auto& line : *lines)
    take_line(news.connection, line);
  send(address_of(io::rim_path), io::read_more{news.connection});
}

void debug::on(const io::connection_closed& news) {
  drop_peer(news.connection);
}

// Answers that are still to come for it find no question and are dropped.
void debug::drop_peer(std::int64_t connection) {
  auto of_it = [&](const auto& one) { return one.second.connection == connection; };
  state().peers.erase(connection);
  for (auto& [token, one] : state().questions)
    if (one.connection == connection) {
      forget(token);
      state().inquiries.erase(token);
    }
  for (auto& [token, one] : state().samples)
    if (one.connection == connection)
      forget(token);
  for (auto& [key, one] : state().logs)
    if (one.connection == connection)
      forget("follow:" + key);
  for (auto& [token, one] : state().traces)
    if (one.connection == connection) {
      forget(token);
      end_trace(token);
    }
  std::erase_if(state().traces, of_it);
  std::erase_if(state().questions, of_it);
  std::erase_if(state().samples, of_it);
  bool streamed = std::erase_if(state().watches, of_it) + std::erase_if(state().logs, of_it) > 0;
  if (streamed)
    subscribe();
}

// -- requests and answers ------------------------------------------------------------------------

std::int64_t debug::open_requests(std::int64_t connection) const {
  auto of_it = [&](const auto& one) { return one.second.connection == connection; };
  auto count = [&](const auto& all) { return std::count_if(all.begin(), all.end(), of_it); };
  return count(state().questions) + count(state().samples) + count(state().watches)
         + count(state().logs) + count(state().traces);
}

void debug::take_line(std::int64_t connection, const std::string& line) {
  state().requests++;
  auto request = read_request(line);
  if (!request) {
    reply(connection, error_line(0, request.error()));
    return;
  }
  auto* command = find_command(request->command);
  outcome answer = std::optional<json>{};
  if (!command) {
    std::vector<std::string_view> names;
    for (const auto& one : commands())
      names.push_back(one.name);
    auto meant = nearest(request->command, names);
    answer =
        failure{errc::not_found, fmt::format("no such command: {}{}", request->command,
                                             meant.empty() ? std::string{"; try help"}
                                                           : fmt::format("; is it {}?", meant))};
  } else if (request->args.size() < command->args_min || request->args.size() > command->args_max) {
    answer = failure{errc::invalid, fmt::format("usage: {} {}", command->name, command->usage)};
  } else if (open_requests(connection) >= requests_max) {
    answer = failure{errc::refused, "too many requests are open on this connection"};
  } else {
    shell_call call{connection, request->id, request->args};
    answer = (this->*command->run)(call);
    if (answer && command->writes)
      record(*command, call);
  }
  if (!answer)
    reply(connection, error_line(request->id, answer.error()));
  else if (*answer)
    reply(connection, answer_line(request->id, **answer));
}

void debug::reply(std::int64_t connection, std::string line) {
  secrets().hide_in(line);
  send(address_of(io::rim_path), io::write_bytes{connection, std::move(line)});
}

// Notes that a request waits for `path`; the token goes with the question and comes back.
std::string debug::ask(std::int64_t connection, std::int64_t id, std::string path, span patience,
                       std::string command) {
  auto token = fmt::format("shell:{}", state().next_token++);
  state().questions.emplace(
      token, question{connection, id, std::move(path), now() + patience, std::move(command)});
  start_timer(token, patience, question_overdue{token});
  return token;
}

void debug::conclude(const std::string& token, const result<json>& answer) {
  auto found = state().questions.extract(token);
  if (found.empty())
    return;
  forget(token);
  const auto& asked = found.mapped();
  reply(asked.connection,
        answer ? answer_line(asked.id, *answer) : error_line(asked.id, answer.error()));
}

void debug::on(const question_overdue& due) {
  auto found = state().questions.find(due.token);
  if (state().inquiries.contains(due.token)) {
    witness_overdue(due.token);
    return;
  }
  if (found == state().questions.end())
    return;
  const auto& asked = found->second;
  if (asked.command == "health" || asked.command == "db") { // there is an answer without it
    conclude(due.token, asked.command == "db" ? database_view(nullptr) : health_now(nullptr));
    return;
  }
  auto message = asked.path + " did not answer in time";
  for (const auto& one : stuck())
    if (one.path == asked.path)
      message = fmt::format("{}: it has been handling {} for {:.1f} s", message, one.handling,
                            std::chrono::duration<double>(one.since).count());
  conclude(due.token, failure{errc::timeout, message});
}

const runtime::service_kind& debug_kind() {
  static const auto kind = runtime::make_kind<debug>("debug", "the shell's end in the master");
  return kind;
}
const runtime::service_kind& debug::static_kind() {
  return debug_kind();
}

} // namespace troupe::debug
