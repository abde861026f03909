#include "actors/pbmanager/pb_manager.hpp"

#include "runtime/wire/pb_login.hpp"

namespace troupe::pbmanager {

void pb_manager::started() {
  listen_everywhere();
}

void pb_manager::taken_over() {
  for (const auto& open : state().listening) {
    bool kept = std::any_of(config().ports.begin(), config().ports.end(),
                            [&](const pb_port& one) { return one.name == open.first; });
    if (!kept)
      tell(at(io::rim_path), io::stop_listening{"pb:" + open.first});
  }
  std::erase_if(state().listening, [&](const auto& one) {
    return std::none_of(config().ports.begin(), config().ports.end(),
                        [&](const pb_port& port) { return port.name == one.first; });
  });
  listen_everywhere();
  if (listens_everywhere())
    ready(); // the port that was waited for may be no longer wanted
}

void pb_manager::listen_everywhere() {
  for (const auto& port : config().ports)
    tell(at(io::rim_path), io::listen{"pb:" + port.name, port.where, me()});
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
  if (!all && listens_everywhere())
    ready();
}

void pb_manager::on(const io::listen_failed& news) {
  throw failed{failure{errc::io, news.words}};
}

void pb_manager::on(const io::connection_opened& news) {
  state().sessions++;
  session_config config;
  config.connection = news.connection;
  config.peer = news.peer;
  config.port = news.token.substr(3);
  config.manager = me();
  auto name = std::to_string(news.connection);
  auto spec = runtime::child_of(name, "pb_session", config);
  spec.restart = runtime::restart_policy::temporary;
  start_child(std::move(spec)); // it adopts the connection before it reads
}

void pb_manager::on(const check_user& question) {
  auto found = config().users.find(question.name);
  // The work is the same for unknown names, so that the time taken tells nothing.
  auto proved = wire::proves_password(found == config().users.end() ? "" : found->second.password,
                                      question.challenge, question.response);
  user_checked verdict;
  if (found != config().users.end() && proved && found->second.worker == question.has_mind) {
    const auto& ports = found->second.ports;
    verdict.ok =
        ports.empty() || std::find(ports.begin(), ports.end(), question.port) != ports.end();
    verdict.perspective = found->second.perspective;
  }
  ++(verdict.ok ? state().logins : state().refusals);
  tell(question.session, verdict);
}

const runtime::service_kind& pb_manager_kind() {
  static const auto kind
    = runtime::make_kind<pb_manager>("pbmanager", "PB listeners and logins, by port and user");
  return kind;
}
const runtime::service_kind& pb_manager::kind() const {
  return pb_manager_kind();
}

} // namespace troupe::pbmanager
