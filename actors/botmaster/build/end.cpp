// How a build ends: by itself, on purpose, without its worker, with the master (semantics.md
// §6.4–6.6, §26.2).
#include "actors/botmaster/build/build.hpp"
#include "runtime/path.hpp"

namespace troupe::botmaster {

using records::result_code;

namespace {

std::vector<std::string> words_for(result_code results) {
  switch (results) {
  case result_code::success:
    return {"build", "successful"};
  case result_code::warnings:
    return {"warnings"};
  case result_code::failure:
    return {"failed"};
  case result_code::exception:
    return {"exception"};
  case result_code::retry:
    return {"retry"};
  case result_code::cancelled:
    return {"cancelled"};
  case result_code::skipped:
    return {"skipped"};
  }
  return {};
}

} // namespace

void build::end(result_code results, std::string text) {
  if (state().phase == build_phase::over)
    return;
  prepared_step_done(text.empty() ? "finished" : text, results);
  enter(build_phase::over);
  if (auto& step = state().step) { // given up in its middle
    step->record.complete_at = now();
    step->record.results = results;
    for (auto& log : step->logs)
      finish_log(log);
    step_changed_ = true;
  }
  auto& record = state().record;
  state().results =
      results == result_code::skipped ? results : records::worst(state().results, results);
  auto message = words_for(state().results);
  if (state().stopped && !state().stop_reason.empty())
    message.push_back("(" + state().stop_reason + ")");
  if (!text.empty())
    message.push_back(std::move(text));
  message.insert(message.end(), state().text.begin(), state().text.end());
  record.state_string = fmt::format("{}", fmt::join(message, " "));
  record.results = state().results;
  record.complete_at = now();
  pending_.work.erase_state(std::string{me().path()});
  say_build("finished");
  build_over over{record.id, record.request, config().definition.name, config().order.worker,
                  record.results};
  pending_.send(address_of(brd_path), over);
  pending_.send(config().parent, over);
  bool unprepared = !state().prepared && state().results == result_code::retry && !state().stopped;
  pending_.send(address_of(worker_path(config().order.worker)),
                worker_released{config().definition.name,
                                unprepared ? std::nullopt : std::optional{state().results},
                                {}});
  if (state().connection)
    send(state().connection, workers::release_builder{config().definition.name, me()});
  pending_.send(me(), end_stored{}); // until then the end may be refused, and is to come again
  commit_pending();
  state().step.reset(); // what its command still says changes nothing
  state().waiting.clear();
}

void build::on(const stop_build& command) {
  if (state().phase == build_phase::over || state().stopped) {
    send(command.requester, request_done{command.token, true, {}});
    return;
  }
  pending_.send(command.requester, request_done{command.token, true, {}});
  stop(command.reason, command.results);
}

void build::stop(std::string reason, result_code results) {
  dirty_ = true;
  log(runtime::level::info, "build {} is stopped: {}", who(), reason);
  state().stopped = true;
  state().stop_reason = reason;
  state().results = records::worst(state().results, results);
  if (!state().step) {
    end(results, {});
    return;
  }
  // To be retried, whatever the worker makes of the interrupt.
  state().step->lost = results == result_code::retry;
  interrupt_step(reason, !state().connection);
}

void build::on(const workers::worker_lost& news) {
  if (state().phase == build_phase::over)
    return;
  dirty_ = true;
  log(runtime::level::warning, "build {} lost its worker: {}", who(), news.message);
  state().connection = {};
  state().results = records::worst(state().results, result_code::retry);
  state().terminate = true;
  state().text.push_back("lost connection");
  if (state().step)
    interrupt_step("lost connection", true);
  else
    end(result_code::retry, {});
}

// The tree ends: the build is retried by the next master, or given up if somebody waits for it. No
// time is left for the steps that always run.
bool build::shutdown_requested() {
  if (state().phase == build_phase::over)
    return false;
  state().waiting.clear();
  if (!state().stopped)
    stop(std::string{shutdown_reason},
         config().order.request.waited_for ? result_code::cancelled : result_code::retry);
  commit_pending();
  return false;
}

} // namespace troupe::botmaster
