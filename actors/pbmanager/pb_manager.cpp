#include "actors/pbmanager/pb_manager.hpp"

#include "runtime/secrets/vault.hpp"
#include "runtime/wire/pb_login.hpp"

namespace troupe::pbmanager {

void pb_manager::ask_for(const pb_port& port) {
  send(address_of(io::io_loop_path), io::listen{"pb:" + port.name, port.where, me()});
}

// Connections to a new port are served even before the change is made.
bool pb_manager::prepare_reconfig() {
  state().acquiring.clear();
  for (const auto& port : offered_config().ports)
    if (!state().listening.contains(port.name)) {
      state().acquiring.insert(port.name);
      ask_for(port);
    }
  return state().acquiring.empty();
}

// Asks for the configured ports and gives up all others.
void pb_manager::take_up_ports() {
  io::retain_listeners retained{"pb:", {}};
  std::set<std::string> wanted;
  for (const auto& port : config().ports) {
    wanted.insert(port.name);
    retained.tokens.push_back("pb:" + port.name);
  }
  send(address_of(io::io_loop_path), std::move(retained));
  std::erase_if(state().listening, [&](const auto& one) { return !wanted.contains(one.first); });
  for (const auto& port : config().ports)
    ask_for(port);
  if (listens_everywhere())
    ready(); // the port that was waited for may be no longer wanted
}

void pb_manager::on(const ports_changed&) {
  state().acquiring.clear();
  take_up_ports();
}

bool pb_manager::listens_everywhere() const {
  return std::all_of(config().ports.begin(), config().ports.end(),
                     [&](const pb_port& one) { return state().listening.contains(one.name); });
}

void pb_manager::on(const io::listening& news) {
  bool all = listens_everywhere();
  auto name = news.token.substr(3);
  if (state().listening.insert_or_assign(name, news.port).second)
    log(runtime::level::info, "listening for workers and clients on port {}", news.port);
  if (state().acquiring.erase(name) > 0 && state().acquiring.empty())
    prepared();
  if (!all && listens_everywhere())
    ready();
}

void pb_manager::on(const io::listen_failed& news) {
  if (state().acquiring.erase(news.token.substr(3)) == 0)
    throw failed{failure{errc::io, news.message}};
  prepared(news.message);
}

void pb_manager::on(const io::connection_opened& news) {
  state().sessions++;
  session_config config;
  config.connection = news.connection;
  config.peer = news.peer;
  config.port = news.token.substr(3);
  config.manager = me();
  auto name = std::to_string(news.connection);
  auto spec = runtime::child<session>(name, config);
  spec.restart = runtime::restart_policy::temporary;
  start_child(std::move(spec)); // it adopts the connection before it reads
}

void pb_manager::on(const check_user& question) {
  auto found = config().users.find(question.name);
  // The work is the same for unknown names, so that the time taken tells nothing.
  auto proved = outside("password", [&] {
    auto password = found == config().users.end() ? "" : secrets().open(found->second.password);
    return wire::proves_password(password, question.challenge, question.response);
  });
  user_checked verdict;
  if (found != config().users.end() && proved && found->second.worker == question.has_mind) {
    const auto& ports = found->second.ports;
    verdict.ok =
        ports.empty() || std::find(ports.begin(), ports.end(), question.port) != ports.end();
    verdict.perspective = found->second.perspective;
  }
  ++(verdict.ok ? state().logins : state().refusals);
  send(question.session, verdict);
}

const runtime::service_kind& pb_manager::static_kind() {
  static const auto kind =
      runtime::make_kind<pb_manager>("pbmanager", "PB listeners and logins, by port and user");
  return kind;
}

} // namespace troupe::pbmanager
