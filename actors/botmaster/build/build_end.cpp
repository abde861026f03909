// How a build ends: by itself, on purpose, without its worker, with the master (semantics.md
// §6.4–6.6, §26.2).
#include "actors/botmaster/brd/messages.hpp"
#include "actors/botmaster/build/build.hpp"
#include "actors/botmaster/paths.hpp"

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
  state().finish_preparation(text.empty() ? "finished" : text, results, at_hand());
  state().enter(build_phase::over, now());
  if (auto& step = state().step) { // given up in its middle
    step->record.complete_at = now();
    step->record.results = results;
    step->open_logs(config().bounds(), at_hand()).finish();
    unsaved_.change(changed_record::step);
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
  unsaved_.batch().erase_state(std::string{me().path()});
  announce_build("finished");
  build_over over{record.id, record.request, config().definition.name, config().order.worker,
                  record.results};
  unsaved_.send(address_of(brd_path), over);
  unsaved_.send(config().parent, over);
  bool unprepared = !state().prepared && state().results == result_code::retry && !state().stopped;
  unsaved_.send(address_of(worker_path(config().order.worker)),
                worker_released{config().definition.name,
                                unprepared ? std::nullopt : std::optional{state().results},
                                {}});
  if (state().connection)
    send(state().connection, workers::release_builder{config().definition.name, me()});
  unsaved_.send(me(), end_stored{}); // until then the end may be refused, and is to come again
  commit_unsaved();
  state().step.reset(); // what its command still says changes nothing
  state().waiting.clear();
}

void build::on(const stop_build& command) {
  if (state().phase == build_phase::over || state().stopped) {
    send(command.requester, request_done{command.token, true, {}});
    return;
  }
  unsaved_.send(command.requester, request_done{command.token, true, {}});
  stop(command.reason, command.results);
}

void build::stop(std::string reason, result_code results) {
  unsaved_.touch();
  log(runtime::level::info, "build {} is stopped: {}", config().title(), reason);
  state().stopped = true;
  state().stop_reason = reason;
  state().results = records::worst(state().results, results);
  if (!state().step) {
    end(results, {});
    return;
  }
  // To be retried, whatever the worker makes of the interrupt.
  state().step->lost = results == result_code::retry;
  go_on_after(
      conduct([&](auto& running) { return running.interrupt(reason, !state().connection); }));
}

void build::on(const workers::worker_lost& news) {
  if (state().phase == build_phase::over)
    return;
  unsaved_.touch();
  log(runtime::level::warning, "build {} lost its worker: {}", config().title(), news.message);
  state().connection = {};
  state().results = records::worst(state().results, result_code::retry);
  state().terminate = true;
  state().text.push_back("lost connection");
  if (state().step)
    go_on_after(conduct([](auto& running) { return running.interrupt("lost connection", true); }));
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
  commit_unsaved();
  return false;
}

} // namespace troupe::botmaster
