// One step after the other (semantics.md §6.3, §7).
#include <fmt/format.h>

#include "actors/botmaster/build/build.hpp"
#include "actors/botmaster/locks/lock_table.hpp"

namespace troupe::botmaster {

using records::result_code;

/// One call into the step that runs, and what it wants done at once.
build::ended build::conduct(const std::function<ended(step_conduct&)>& part) {
  auto& step = *state().step;
  step_context host{config(), state(), renderer(), at_hand()};
  step_conduct running{step, host};
  auto result = part(running);
  for (const auto& message : host.file_messages())
    send(address_of(io::files_path), message);
  if (host.sleeps() && step.wakes_at)
    start_timer("step", step.sleep_left(now()), step_due{step.record.id});
  return result;
}

void build::go_on_after(ended step) {
  while (step) {
    end_step(*step);
    step = next_step();
  }
}

/// Begins the next step that is to run; without one the build ends.
build::ended build::next_step() {
  while (state().phase == build_phase::stepping && !state().step) {
    if (state().waiting.empty() || !state().connection) {
      end(state().results, {});
      return std::nullopt;
    }
    auto definition = std::move(state().waiting.front());
    state().waiting.erase(state().waiting.begin());
    if (state().terminate || state().stopped) {
      auto* given = definition.given("alwaysRun");
      if (!given || !truth_of(*given, false))
        continue;
    }
    return begin_step(std::move(definition));
  }
  return std::nullopt;
}

build::ended build::begin_step(model::part definition) {
  auto& step = state().step.emplace();
  step.definition = std::move(definition);
  step.record.number = state().next_step++;
  step.record.id = id_of_step(state().record.id, step.record.number);
  step.record.build = state().record.id;
  step.record.started_at = now();
  step.record.state_string = "running";
  auto rendering = renderer();
  auto rendered = step.render_arguments(config().definition.env,
                                        [&](const json& value) { return rendering.render(value); });
  auto name = rendered ? step.text("name") : std::string{};
  step.record.name =
      unique_step_name(state().names, name.empty() ? step.definition.class_name : name);
  at_hand().announce(fmt::format("steps/{}/started", step.record.id.value), to_json(step.record));
  auto fail = [&](const std::string& message) {
    return conduct([&](auto& running) { return running.fail(message); });
  };
  if (!rendered)
    return fail(rendered.error().message);
  auto wanted = rendering.decide(step, "doStepIf");
  if (!wanted)
    return fail("doStepIf: " + wanted.error().message);
  if (!truth_of(*wanted, true))
    return result_code::skipped;
  auto accesses = read_accesses(step.argument("locks"));
  if (!accesses)
    return fail("locks: " + accesses.error().message);
  if (accesses->empty())
    return run_step();
  step.waits_for_locks = now();
  unsaved_.change(changed_record::step);
  unsaved_.send(address_of(locks_path), acquire_locks{{{state().record.id, step.lock_part()},
                                                       config().order.worker,
                                                       std::move(*accesses),
                                                       me(),
                                                       {},
                                                       {}}});
  return std::nullopt;
}

/// The step has its locks.
build::ended build::run_step() {
  auto& step = *state().step;
  step.record.locks_acquired_at = now();
  if (auto text = step.text("description"); !text.empty()) {
    auto suffix = step.text("descriptionSuffix");
    step.record.state_string = text + (suffix.empty() ? "" : " " + suffix);
  }
  unsaved_.change(changed_record::step);
  return conduct([](auto& running) { return running.begin(); });
}

/// Of the step and its logs, the records that differ from the stored ones.
void build::store_step() {
  auto& step = *state().step;
  if (unsaved_.take_change(changed_record::step))
    unsaved_.batch().put(step.record);
  step.open_logs(config().bounds(), at_hand()).store();
}

void build::end_step(result_code results) {
  auto& step = *state().step;
  auto open = step.open_logs(config().bounds(), at_hand());
  results = step.verdict(results);
  auto hide = renderer().decide(step, "hideStepIf", results);
  if (!hide) {
    open.add("err.text", "hideStepIf: " + hide.error().message);
    results = result_code::exception;
  }
  step.record.hidden = hide && truth_of(*hide, false);
  step.record.results = results;
  step.record.complete_at = now();
  step.record.state_string = step.summary(results);
  auto flags = step.flags();
  if (step.summarised(results))
    state().text.push_back(step.record.state_string);
  open.finish();
  unsaved_.change(changed_record::step);
  store_step();
  at_hand().announce(fmt::format("steps/{}/finished", step.record.id.value), to_json(step.record));
  if (auto locked = read_accesses(step.argument("locks")); locked && !locked->empty())
    unsaved_.send(address_of(locks_path), release_locks{{state().record.id, step.lock_part()}});
  auto folded = records::fold(state().results, results, flags);
  state().results = folded.results;
  state().terminate = state().terminate || folded.terminate || !state().connection;
  state().step.reset();
  if (!state().text.empty())
    state().record.state_string = fmt::format("{}", fmt::join(state().text, " "));
  announce_build("update");
}

// -- what is heard while a step runs --------------------------------------------------------------

void build::on(const locks_acquired& news) {
  unsaved_.touch();
  if (news.party.part == "build") {
    if (state().phase == build_phase::locking)
      first_step();
    return;
  }
  auto& step = state().step;
  if (!step || !step->waits_for_locks || news.party.part != step->lock_part())
    return;
  state().record.locks_duration += now() - *std::exchange(step->waits_for_locks, std::nullopt);
  go_on_after(run_step());
}

void build::on(const workers::command_update& news) {
  auto* command = state().command(news.id);
  if (!command)
    return;
  unsaved_.touch();
  command->updates++;
  auto open = state().step->open_logs(config().bounds(), at_hand());
  for (const auto& [key, value] : news.updates)
    command->update(key, value, now(), open);
  if (unsaved_.is_large())
    commit_unsaved();
}

// Everything a command said has come before this (pb.md §9).
void build::on(const workers::command_complete& news) {
  if (!state().command(news.id))
    return;
  unsaved_.touch();
  go_on_after(conduct([&](auto& running) { return running.command_complete(news); }));
}

void build::on(const workers::transfer_call& news) {
  if (!state().command(news.id) || state().step->outcome) {
    if (state().connection)
      send(state().connection,
           workers::transfer_result{news.id, news.request, no_answer(news.method)});
    return;
  }
  unsaved_.touch();
  go_on_after(conduct([&](auto& running) { return running.transfer(news); }));
}

void build::on(const io::file_done& news) {
  if (!state().step || !state().step->take_file(news.token))
    return;
  unsaved_.touch();
  if (!state().step->outcome)
    go_on_after(conduct([&](auto& running) {
      return running.file_done({news.ok, news.message, news.data});
    }));
}

void build::on(const step_due& due) {
  auto& step = state().step;
  if (!step || step->record.id != due.step || !std::exchange(step->wakes_at, std::nullopt))
    return;
  unsaved_.touch();
  go_on_after(conduct([](auto& running) { return running.woken(); }));
}

} // namespace troupe::botmaster
