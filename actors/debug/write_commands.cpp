// Commands that change something. Each is passed on to the service whose business it is.
#include "actors/botmaster/workers/worker.hpp"
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "actors/schedulers/force.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::debug {

namespace {

constexpr auto act_patience = std::chrono::seconds{30};
constexpr auto reconfig_patience = std::chrono::seconds{120};

const std::optional<json> later;
const std::optional<json> done = json("done");

std::string word(const std::vector<std::string>& args, std::size_t at, const char* otherwise) {
  return at < args.size() ? args[at] : otherwise;
}

} // namespace

/// "stopped by ada: wrong branch"; the reason, if there is one, is the second word.
std::string debug::by_whom(std::string_view done, const shell_call& call) {
  return fmt::format("{} by {}{}", done, state().peers[call.connection].name,
                     call.args.size() > 1 ? ": " + call.args[1] : "");
}

outcome debug::force(const shell_call& call) {
  auto path = schedulers::scheduler_path(call.args[0]);
  if (!is_there(path))
    return failure{errc::not_found, "no such scheduler: " + call.args[0]};
  schedulers::force_build command;
  boost::json::object parameters;
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    auto equals = call.args[i].find('=');
    if (equals == std::string::npos)
      command.builder_names.push_back(call.args[i]);
    else
      parameters[call.args[i].substr(0, equals)] = to_json(call.args[i].substr(equals + 1));
  }
  command.owner = state().peers[call.connection].name;
  if (auto* owner = parameters.if_contains("owner"); owner && owner->is_string())
    command.owner = std::string{owner->get_string()};
  command.parameters = std::move(parameters);
  command.token = ask(call, path, act_patience);
  command.requester = me();
  send(address_of(path), std::move(command));
  return later;
}

void debug::on(const botmaster::buildset_added& news) {
  boost::json::object out;
  out["buildset"] = news.id.value;
  out["requests"] = to_json(news.requests);
  conclude(news.token, json(std::move(out)));
}

void debug::on(const botmaster::buildset_refused& news) {
  conclude(news.token, failure{errc::refused, news.message});
}

outcome debug::stop(const shell_call& call) {
  auto from = store().read();
  auto build = find_named_build(from, call.args[0]);
  if (!build)
    return build.error();
  auto builder = storage::find_builder(from, build->builder);
  auto path =
      runtime::child_path(botmaster::builder_path(builder->name), std::to_string(build->number));
  if (build->complete_at || !is_there(path))
    return failure{errc::conflict, call.args[0] + " is not running"};
  botmaster::stop_build command;
  command.build = build->id;
  command.reason = by_whom("stopped", call);
  command.token = ask(call, path, act_patience);
  command.requester = me();
  send(address_of(path), std::move(command));
  return later;
}

outcome debug::cancel(const shell_call& call) {
  auto number = read_number(call.args[0]);
  if (!number)
    return failure{errc::invalid, call.args[0] + ": a request's number expected"};
  botmaster::cancel_request command;
  command.request = buildrequest_id{*number};
  command.reason = by_whom("cancelled", call);
  command.token = ask(call, std::string{botmaster::brd_path}, act_patience);
  command.requester = me();
  send(address_of(botmaster::brd_path), std::move(command));
  return later;
}

outcome debug::worker(const shell_call& call) {
  const std::vector<std::string> actions{"pause", "unpause", "stop", "kill"};
  if (std::find(actions.begin(), actions.end(), call.args[1]) == actions.end())
    return failure{errc::invalid, call.args[1] + ": pause, unpause, stop or kill expected"};
  auto path = botmaster::worker_path(call.args[0]);
  if (!is_there(path))
    return failure{errc::not_found, "no such worker: " + call.args[0]};
  auto token = ask(call, path, act_patience);
  send(address_of(path),
       botmaster::control_worker{call.args[1], word(call.args, 2, "from the shell"), token, me()});
  return later;
}

void debug::on(const botmaster::request_done& news) {
  if (news.ok)
    conclude(news.token, news.message.empty() ? *done : to_json(news.message));
  else
    conclude(news.token, failure{errc::refused, news.message});
}

outcome debug::reconfig(const shell_call& call) {
  config::reconfigure command;
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    auto seconds = call.args[i] == "--settle" && i + 1 < call.args.size()
                       ? read_number(call.args[i + 1])
                       : std::nullopt;
    if (call.args[i] == "--dry-run")
      command.dry_run = true;
    else if (seconds && std::chrono::seconds{*seconds} <= config::settle_max)
      command.settle = std::chrono::seconds{*seconds}, ++i;
    else
      return failure{errc::invalid,
                     "usage: reconfig [--dry-run] [--settle SECONDS], an hour at the most"};
  }
  auto path = std::string{config::config_path};
  if (!is_there(path))
    return failure{errc::unavailable, "nobody is at /config"};
  command.token = ask(call, path, reconfig_patience + command.settle.value_or(span{0}));
  command.who = state().peers[call.connection].name;
  command.requester = me();
  send(address_of(path), std::move(command));
  return later;
}

void debug::on(const config::reconfiguring& news) {
  auto found = state().questions.find(news.token);
  if (found != state().questions.end())
    reply(
        found->second.connection,
        answer_line(found->second.id,
                    boost::json::object{{"stage", "settling"}, {"message", to_json(news.message)}},
                    true));
}

void debug::on(const config::reconfigured& news) {
  if (news.ok)
    conclude(news.token,
             json(boost::json::object{{"outcome", to_json(news.message)}, {"plan", news.plan}}));
  else
    conclude(news.token, failure{errc::refused, news.message});
}

outcome debug::shutdown(const shell_call& call) {
  bool clean = !call.args.empty();
  if (clean && call.args[0] != "--clean")
    return failure{errc::invalid, "usage: shutdown [--clean]"};
  log(runtime::level::info, "{} asks the master to end{}", state().peers[call.connection].name,
      clean ? " when its builds have" : "");
  send(address_of("/"), master::stop_master{clean, {}, me()});
  return done; // at once: the end may overtake the root's answer
}

void debug::on(const master::stop_taken& news) {
  conclude(news.token, *done);
}

} // namespace troupe::debug
