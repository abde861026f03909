#include "actors/workers/worker_connection.hpp"

#include "actors/workers/causes.hpp"
#include "actors/workers/pb_values.hpp"

namespace troupe::workers {

using wire::jelly;

namespace {

/// What a duplicate's predecessor has to answer in (pb.md §14).
constexpr auto arbitration_patience = std::chrono::seconds{10};
/// What a query about a worker is about; any other is about a build that waits for it.
constexpr const char* worker_thing = "worker";

} // namespace

void worker_connection::call(std::int64_t object, std::string method, std::string token,
                             std::vector<jelly> args, wire::keyword_arguments kw) {
  send(config().session, pbmanager::call_peer{object, std::move(method), std::move(args),
                                              std::move(kw), std::move(token)});
}

void worker_connection::print(std::string message, std::string token) {
  call(config().mind, "print", std::move(token), {},
       {{"message", jelly::text(std::move(message))}});
}

void worker_connection::answer(const wire::broker_call& call, jelly value) {
  send(config().session, pbmanager::call_result{call.request, std::move(value)});
}

// -- the connection's end -------------------------------------------------------------------------

void worker_connection::over(const std::string& message) {
  if (std::exchange(state().phase, attach_phase::over) == attach_phase::over)
    return;
  for (const auto& [builder, requester] : state().builds)
    send(requester, worker_lost{config().name, message});
  send(config().owner, worker_detached{config().name, me(), message});
  send(config().manager, connection_over{config().name, me()});
}

void worker_connection::drop(std::string message) {
  log(runtime::level::warning, "worker '{}' is disconnected: {}", config().name, message);
  over(message);
  send(config().session, pbmanager::close_session{std::move(message)});
  finish();
}

void worker_connection::terminate(const std::string&) {
  over("its connection failed in the master");
  send(config().session, pbmanager::close_session{"its worker connection failed"});
}

bool worker_connection::shutdown_requested() {
  if (state().phase != attach_phase::over) {
    over("the master stops serving it");
    send(config().session, pbmanager::close_session{"the worker is no longer served"});
  }
  return true;
}

void worker_connection::on(const pbmanager::session_lost& news) {
  over(news.message);
  finish();
}

void worker_connection::on(const drop_worker& command) {
  drop(command.reason);
}

void worker_connection::on(const shut_worker_down&) {
  state().shutting_down = true;
  call(config().mind, "shutdown", "shutdown");
}

// -- answers of the worker ------------------------------------------------------------------------

void worker_connection::on(const pbmanager::call_answered& news) {
  state().heard_at = now();
  const auto& token = news.token;
  auto rest = token.substr(token.find(':') + 1);
  if (token == "greet") {
    state().phase = attach_phase::informing;
    call(config().mind, "getWorkerInfo", "info");
  } else if (token == "info") {
    learn(news.value);
    state().phase = attach_phase::listing;
    list_builders();
  } else if (token == "list") {
    listed(news.value);
  } else if (token == "printed") {
    if (state().prints > 0 && --state().prints == 0)
      attached();
  } else if (token == "keepalive") {
    state().keepalive_sent.reset();
  } else if (token == "arbitrate") {
    if (std::exchange(state().arbitrating, false)) {
      cancel_timer("arbitrate");
      send(config().manager, arbitrated{config().name, true});
    }
  } else if (token.rfind("ping:", 0) == 0) {
    auto object = state().builders.find(rest);
    if (object == state().builders.end())
      prepared(rest, true, false, "the worker no longer serves this builder");
    else
      call(object->second, "startBuild", "begin:" + rest);
  } else if (token.rfind("begin:", 0) == 0) {
    prepared(rest, true, true, {});
  }
}

void worker_connection::on(const pbmanager::call_refused& news) {
  state().heard_at = now();
  const auto& token = news.token;
  auto rest = token.substr(token.find(':') + 1);
  auto message =
      news.error.value.empty() ? news.error.type : news.error.type + ": " + news.error.value;
  if (token.rfind("ping:", 0) == 0) {
    prepared(rest, false, false, message);
  } else if (token.rfind("begin:", 0) == 0) {
    prepared(rest, true, false, message);
  } else if (token.rfind("command:", 0) == 0) {
    if (auto found = state().running.extract(rest); !found.empty())
      send(found.mapped().requester, command_complete{rest, true, message});
  } else if (token == "printed") {
    if (state().prints > 0 && --state().prints == 0)
      attached();
  } else if (token == "greet" || token == "info" || token == "list") {
    drop("attach failed: " + message);
  } else if (token != "shutdown" && token != "interrupt") {
    log(runtime::level::warning, "worker '{}' failed at {}: {}", config().name, token, message);
  }
}

void worker_connection::on(const keepalive_due&) {
  auto interval = state().wanted ? state().wanted->keepalive_interval : span{0};
  if (interval <= span{0} || state().phase != attach_phase::attached)
    return;
  if (state().keepalive_sent) {
    drop("it did not answer a keepalive in time");
    return;
  }
  state().keepalive_sent = now();
  print("keepalive", "keepalive");
  keep_alive(interval);
}

void worker_connection::keep_alive(span interval) {
  state().keepalive_at = now() + interval;
  start_timer("keepalive", interval, keepalive_due{});
}

// A worker that has been silent since it was asked for something does not hear us either. A build
// knows since when it waits; of the worker itself the keepalive that is out is known.
std::optional<runtime::causes> worker_connection::explain(const runtime::query& what) {
  const auto& heard_at = state().heard_at;
  const auto& keepalive = state().keepalive_sent;
  auto since = what.about.kind == worker_thing ? keepalive : what.since;
  if (!since || heard_at >= *since)
    return runtime::causes{};
  std::optional<instant> dropped_at;
  if (keepalive)
    dropped_at = state().keepalive_at;
  return runtime::causes{
      {connection_cause::worker_silent,
       fmt::format("nothing has been heard from worker {} for {}, though it was asked {} ago{}",
                   config().name, runtime::lasting(now() - heard_at),
                   runtime::lasting(now() - *since),
                   dropped_at ? fmt::format("; it is disconnected in {} if that goes on",
                                            runtime::lasting(*dropped_at - now()))
                              : std::string{}),
       {worker_thing, config().name, 0},
       heard_at,
       dropped_at}};
}

// -- duplicates (pb.md §14) ----------------------------------------------------------------------

void worker_connection::on(const arbitrate&) {
  if (std::exchange(state().arbitrating, true))
    return;
  print("master got a duplicate connection", "arbitrate");
  start_timer("arbitrate", arbitration_patience, arbitration_overdue{});
}

void worker_connection::on(const arbitration_overdue&) {
  if (!state().arbitrating)
    return;
  send(config().manager, arbitrated{config().name, false});
  drop("a new connection came and the old one did not answer within 10 s");
}

// -- builds and commands --------------------------------------------------------------------------

void worker_connection::on(const prepare_build& command) {
  if (state().phase != attach_phase::attached || !state().builders.contains(command.builder)) {
    send(command.requester,
         build_prepared{
             command.builder, false, false, "the worker does not serve this builder", {}, {}, {}});
    return;
  }
  if (auto other = state().builds.find(command.builder);
      other != state().builds.end() && other->second != command.requester) {
    send(command.requester, build_prepared{command.builder,
                                           true,
                                           false,
                                           "another build of this builder runs on the worker",
                                           {},
                                           {},
                                           {}});
    return;
  }
  state().builds.insert_or_assign(command.builder, command.requester);
  print("ping", "ping:" + command.builder);
}

void worker_connection::prepared(const std::string& builder, bool pinged, bool begun,
                                 std::string message) {
  auto build = state().builds.find(builder);
  if (build == state().builds.end())
    return; // released meanwhile
  send(build->second, build_prepared{builder, pinged, begun, std::move(message), state().info,
                                     state().commands, state().environ});
  if (!begun)
    state().builds.erase(build);
}

void worker_connection::on(const start_command& command) {
  auto object = state().builders.find(command.builder);
  if (object == state().builders.end()) {
    send(command.requester,
         command_complete{command.id, true, "the worker no longer serves this builder"});
    return;
  }
  state().running.insert_or_assign(command.id,
                                   running_command{command.builder, command.requester, {}});
  call(object->second, "startCommand", "command:" + command.id,
       {jelly::own(command.id), jelly::text(command.id), jelly::text(command.name),
        to_jelly(command.args, command.id)});
}

void worker_connection::on(const interrupt_command& command) {
  auto found = state().running.find(command.id);
  if (found == state().running.end())
    return;
  auto object = state().builders.find(found->second.builder);
  if (object != state().builders.end())
    call(object->second, "interruptCommand", "interrupt",
         {jelly::text(command.id), jelly::text(command.why)});
}

void worker_connection::on(const release_builder& command) {
  auto build = state().builds.find(command.builder);
  if (build == state().builds.end() || build->second != command.requester)
    return;
  state().builds.erase(build);
  list_builders(); // it may have been served for this build only
}

// -- calls of the worker --------------------------------------------------------------------------

void worker_connection::on(const pbmanager::session_call& news) {
  const auto& call = news.call;
  state().heard_at = now();
  if (call.object != "perspective") {
    command_called(call.object, call);
    return;
  }
  if (call.method == "keepalive") {
    answer(call, jelly::none());
  } else if (call.method == "shutdown") {
    answer(call, jelly::none());
    send(config().owner, graceful_shutdown_requested{config().name});
  } else {
    send(config().session,
         pbmanager::call_failed{call.request,
                                wire::pb_error::attribute_error(
                                    "a worker's perspective has no perspective_" + call.method)});
  }
}

void worker_connection::command_called(const std::string& key, const wire::broker_call& call) {
  auto id = key.substr(0, key.find('/'));
  auto found = state().running.find(id);
  if (found == state().running.end()) {
    // A straggler of a command that is over: it must get its answer and nobody needs it.
    answer(call, call.method == "read" ? jelly::raw({}) : jelly::none());
    return;
  }
  if (auto object = transfer_object_of(key)) {
    transfer_call news{id, *object, transfer_method_of(call.method), call.request, {}};
    for (const auto& one : call.args)
      news.args.push_back(of_jelly(one));
    send(found->second.requester, std::move(news));
  } else if (call.method == "update") {
    updated(found->second, id, call);
  } else if (call.method == "complete") {
    auto* failure = call.argument(0, "failure");
    bool failed = failure && !failure->is_none();
    auto error = failed ? wire::read_failure(*failure) : wire::pb_error{};
    auto text = error.traceback.empty() ? error.type + ": " + error.value
                                        : error.traceback + "\n" + error.type + ": " + error.value;
    answer(call, jelly::none());
    for (const auto& [request, number] : found->second.updates)
      send(config().session, pbmanager::call_result{request, jelly::integer(number)});
    send(found->second.requester, command_complete{id, failed, failed ? text : std::string{}});
    state().running.erase(found);
  } else {
    send(config().session,
         pbmanager::call_failed{call.request, wire::pb_error::no_such_method(call.method)});
  }
}

void worker_connection::updated(running_command& command, const std::string& id,
                                const wire::broker_call& call) {
  command_update news{id, {}};
  std::int64_t number = 0;
  if (auto* list = call.argument(0, "updates"))
    for (const auto& one : list->items()) {
      if (one.items().empty())
        continue;
      for (const auto& [key, value] : one.items()[0].pairs())
        if (auto* name = key.as_text())
          news.updates.emplace_back(*name, of_jelly(value));
      if (one.items().size() > 1)
        number = std::max(number, one.items()[1].as_int().value_or(0));
    }
  if (call.wants_answer)
    command.updates.emplace_back(call.request, number);
  send(command.requester, std::move(news));
}

void worker_connection::on(const updates_taken& news) {
  auto found = state().running.find(news.id);
  if (found == state().running.end())
    return;
  auto& waiting = found->second.updates;
  for (std::int64_t n = 0; n < news.calls && !waiting.empty(); ++n) {
    send(config().session,
         pbmanager::call_result{waiting.front().first, jelly::integer(waiting.front().second)});
    waiting.pop_front();
  }
}

void worker_connection::on(const transfer_result& news) {
  send(config().session, pbmanager::call_result{news.request, to_jelly(news.value, news.id)});
}

const runtime::service_kind& worker_connection::static_kind() {
  static const auto kind =
      runtime::make_kind<worker_connection>("worker_connection", "one attached worker, over PB");
  return kind;
}

} // namespace troupe::workers
