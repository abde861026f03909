// Builds, steps, logs and locks in the ledger.
#include <algorithm>

#include <fmt/format.h>

#include "storage/log_store.hpp"
#include "tools/sim/ledger.hpp"

namespace troupe::sim {

using records::result_code;

namespace {

constexpr std::string_view preparation_step = "worker_preparation";

bool is_internal(const records::step& x) {
  return x.name == preparation_step;
}

} // namespace

void ledger::take_build(records::build now) {
  auto id = now.id.value;
  auto before = builds_.find(id);
  bool is_new = before == builds_.end();
  if (!is_new && before->second.complete_at
      && (!now.complete_at || now.results != before->second.results))
    violated(invariant::completes_once, name_of(now) + " was complete");
  if (is_new)
    begin_build(now);
  bool ends = now.complete_at && (is_new || !before->second.complete_at);
  builds_.insert_or_assign(id, now);
  if (ends)
    end_build(now);
}

void ledger::begin_build(const records::build& now) {
  if (!numbers_[now.builder.value].insert(now.number).second)
    violated(invariant::builds_are_numbered, fmt::format("{} is there twice", name_of(now)));
  if (auto other = open_build_.find(now.request.value); other != open_build_.end())
    violated(invariant::claimed_by_one_build,
             fmt::format("{} begins for request {}, of which {} runs", name_of(now),
                         now.request.value, name_of(builds_.at(other->second))));
  auto request = requests_.find(now.request.value);
  if (request == requests_.end() || request->second.complete || !request->second.claimed_by)
    violated(invariant::claimed_by_one_build,
             fmt::format("{} begins for request {}, which is not claimed", name_of(now),
                         now.request.value));
  open_build_[now.request.value] = now.id.value;
  last_build_[now.request.value] = now.id.value;
  running_.insert(now.id.value);
  auto on_worker = std::count_if(running_.begin(), running_.end(), [&](std::int64_t one) {
    return one == now.id.value || builds_.at(one).worker == now.worker;
  });
  if (on_worker > 1)
    seen_.note(situation::two_builds_at_once);
  auto worker = workers_.find(now.worker.value);
  auto name = worker == workers_.end() ? std::string{"?"} : worker->second.name;
  std::int64_t most = 0;
  bool serves = false;
  for (const auto& setting : settings_) {
    for (const auto& one : setting.workers)
      if (one.name == name)
        most = std::max(most, one.max_builds);
    for (const auto& one : setting.builders)
      serves = serves
               || (one.name == builder_name(now.builder)
                   && std::count(one.workers.begin(), one.workers.end(), name) > 0);
  }
  if (on_worker > most)
    violated(invariant::max_builds, fmt::format("{} is the {}th on {}, which takes {}",
                                                name_of(now), on_worker, name, most));
  if (!serves)
    violated(invariant::right_worker, fmt::format("{} begins on {}", name_of(now), name));
}

void ledger::end_build(const records::build& now) {
  running_.erase(now.id.value);
  if (auto open = open_build_.find(now.request.value);
      open != open_build_.end() && open->second == now.id.value)
    open_build_.erase(open);
  for (auto& [lock, all] : holders_)
    std::erase_if(all, [&](const holder& one) { return one.build == now.id.value; });
  switch (now.results.value_or(result_code::exception)) {
  case result_code::success:
    seen_.note(situation::build_succeeds);
    break;
  case result_code::warnings:
    seen_.note(situation::build_warns);
    break;
  case result_code::failure:
    seen_.note(situation::build_fails);
    break;
  case result_code::retry:
    seen_.note(situation::build_is_retried);
    break;
  case result_code::cancelled:
    seen_.note(situation::build_is_stopped);
    break;
  default:
    break;
  }
  when_read([this, now] { check_fold(now); });
}

// The result of a build that was stopped, lost its worker or could not begin does not follow its
// steps.
void ledger::check_fold(const records::build& now) {
  for (auto which : steps_of_[now.id.value])
    if (const auto& step = steps_.at(which); step.started_at && !step.complete_at)
      violated(invariant::nothing_runs_in_what_ended,
               fmt::format("{} has ended, its step {} runs", name_of(now), step.name));
  auto result = now.results.value_or(result_code::exception);
  if (result > result_code::failure)
    return;
  const auto* how = planned(now);
  records::folded so_far;
  std::set<std::string> run;
  for (auto which : steps_of_[now.id.value]) {
    const auto& step = steps_.at(which);
    if (is_internal(step) || !step.started_at)
      continue;
    run.insert(step.name);
    if (!how)
      continue;
    auto found = std::find_if(how->steps.begin(), how->steps.end(),
                              [&](const auto& one) { return one.name == step.name; });
    if (found == how->steps.end()) {
      violated(invariant::steps_follow_their_flags,
               fmt::format("{} has a step {}", name_of(now), step.name));
      continue;
    }
    if (so_far.terminate && !found->always_run)
      violated(invariant::steps_follow_their_flags,
               fmt::format("{}: step {} ran after one that halts", name_of(now), step.name));
    if (so_far.terminate)
      seen_.note(situation::step_runs_after_a_halt);
    records::step_flags flags;
    flags.halt_on_failure = found->halt_on_failure;
    flags.flunk_on_failure = found->flunk_on_failure;
    flags.warn_on_failure = found->warn_on_failure;
    auto next = records::fold(so_far.results, step.results.value_or(result_code::exception), flags);
    if (next.terminate)
      seen_.note(situation::step_halts_its_build);
    so_far = {next.results, so_far.terminate || next.terminate};
  }
  if (!how)
    return;
  if (so_far.results != result)
    violated(invariant::results_follow_the_algebra,
             fmt::format("{} is {}, its steps make it {}", name_of(now),
                         names_of(result)[static_cast<std::size_t>(result)],
                         names_of(result)[static_cast<std::size_t>(so_far.results)]));
  for (const auto& step : how->steps)
    if (!run.contains(step.name) && (!so_far.terminate || step.always_run))
      violated(invariant::steps_follow_their_flags,
               fmt::format("{}: step {} did not run", name_of(now), step.name));
}

void ledger::take_step(records::step now) {
  auto id = now.id.value;
  auto before = steps_.find(id);
  bool is_new = before == steps_.end();
  if (is_new)
    steps_of_[now.build.value].push_back(id);
  else if (before->second.complete_at
           && (!now.complete_at || now.results != before->second.results))
    violated(invariant::completes_once,
             fmt::format("step {} was complete: {}, now {}", id, print(to_json(before->second)),
                         print(to_json(now))));
  bool begins = now.started_at && (is_new || !before->second.started_at);
  bool gets_locks = now.locks_acquired_at && (is_new || !before->second.locks_acquired_at);
  bool ends = now.complete_at && (is_new || !before->second.complete_at);
  steps_.insert_or_assign(id, now);
  if (begins && !is_internal(now))
    acquire(now, true);
  if (gets_locks && !is_internal(now))
    acquire(now, false);
  if (ends)
    end_step(now);
}

// A build acquires its locks before its first step, and releases them at its end.
void ledger::acquire(const records::step& now, bool of_build) {
  auto build = builds_.find(now.build.value);
  const auto* how = build == builds_.end() ? nullptr : planned(build->second);
  if (!how)
    return;
  holder added{now.build.value, 0, how->counting};
  auto lock = how->lock;
  if (!of_build) {
    auto step = std::find_if(how->steps.begin(), how->steps.end(),
                             [&](const auto& one) { return one.name == now.name; });
    if (step == how->steps.end())
      return;
    lock = step->lock;
    added = {now.build.value, now.id.value, step->counting};
  }
  auto known = std::find_if(plan_.configured.locks.begin(), plan_.configured.locks.end(),
                            [&](const auto& one) { return one.name == lock; });
  if (lock.empty() || known == plan_.configured.locks.end())
    return;
  auto& all =
      holders_[known->of_master ? lock : fmt::format("{}@{}", lock, build->second.worker.value)];
  bool has = std::any_of(all.begin(), all.end(), [&](const holder& one) {
    return one.build == added.build && one.step == added.step;
  });
  if (has)
    return;
  all.push_back(added);
  bool alone = std::any_of(all.begin(), all.end(), [](const holder& one) { return !one.counting; });
  auto places = alone ? 1 : known->max_count;
  if (std::ssize(all) > 1)
    seen_.note(situation::lock_is_shared);
  if (std::ssize(all) > places)
    violated(invariant::locks_are_counted,
             fmt::format("lock {} has {} places and {} holders, the last is {}", lock, places,
                         all.size(), name_of(build->second)));
}

void ledger::end_step(const records::step& now) {
  for (auto& [lock, all] : holders_)
    std::erase_if(all, [&](const holder& one) { return one.step == now.id.value; });
  when_read([this, now] { check_logs(now); });
}

void ledger::check_logs(const records::step& now) {
  for (auto which : logs_of_[now.id.value]) {
    if (!logs_.at(which).complete)
      violated(invariant::nothing_runs_in_what_ended,
               fmt::format("step {} has ended, its log {} has not", now.id.value, which));
    auto content = contents_.find(which);
    auto found = content == contents_.end() ? printed_.end() : printed_.find(content->second.tag);
    if (found == printed_.end())
      continue;
    const auto& printed = found->second;
    auto result = now.results.value_or(result_code::exception);
    if (printed.how != peers::byzantine_fault::none) {
      seen_.note(situation::mischief_is_survived);
      if (printed.how == peers::byzantine_fault::no_rc && result == result_code::success)
        violated(invariant::step_ends_as_its_command,
                 fmt::format("step {} ({}) is a success, its command gave no exit code",
                             now.id.value, now.name));
      continue;
    }
    bool right = true;
    if (result == result_code::success)
      right = printed.rc == 0;
    else if (result == result_code::failure)
      right = printed.rc && *printed.rc != 0;
    if (!right)
      violated(
          invariant::step_ends_as_its_command,
          fmt::format("step {} ({}) is {}, its command {}", now.id.value, now.name,
                      names_of(result)[static_cast<std::size_t>(result)],
                      printed.rc ? fmt::format("ended with {}", *printed.rc) : "has not ended"));
    if (result <= result_code::failure && content->second.next() != printed.lines)
      violated(invariant::log_is_whole,
               fmt::format("the log of command {} has {} of {} lines", content->second.tag,
                           content->second.next(), printed.lines));
    if (result == result_code::retry && content->second.next() < printed.lines)
      seen_.note(situation::log_is_cut_short);
  }
}

void ledger::take_log(records::log now) {
  auto id = now.id.value;
  auto before = logs_.find(id);
  if (before == logs_.end())
    logs_of_[now.step.value].push_back(id);
  else if (before->second.complete && !now.complete)
    violated(invariant::completes_once, fmt::format("log {} was complete", id));
  else if (now.num_lines < before->second.num_lines)
    violated(invariant::log_is_a_prefix, fmt::format("log {} became shorter", id));
  logs_.insert_or_assign(id, std::move(now));
}

std::int64_t ledger::content::next() const {
  for (auto i = line_numbers.rbegin(); i != line_numbers.rend(); ++i)
    if (*i >= 0)
      return *i + 1;
  return 0;
}

// Lines are "hTAG", then "oTAG NUMBER …".
void ledger::take_chunk(const storage::operation& op) {
  log_id log;
  std::int64_t first = 0;
  if (!storage::read_key(op.key, log, first))
    return;
  auto text = storage::detail::unpack_chunk(op.value).text;
  auto& kept = contents_[log.value];
  if (first < std::ssize(kept.line_numbers))
    kept.line_numbers.resize(static_cast<std::size_t>(first));
  for (std::string_view rest = text; !rest.empty();) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with('h') && kept.tag.empty())
      if (std::string tag{line.substr(1)}; printed_.contains(tag))
        kept.tag = tag;
    std::int64_t number = -1;
    if (line.starts_with('o') && !kept.tag.empty() && line.substr(1).starts_with(kept.tag + " "))
      number = std::atoll(line.data() + kept.tag.size() + 2);
    if (number >= 0 && number != kept.next())
      violated(invariant::log_is_a_prefix,
               fmt::format("log {} of command {}: line {} where {} was to come", log.value,
                           kept.tag, number, kept.next()));
    kept.line_numbers.push_back(number);
  }
  auto command = printed_.find(kept.tag);
  if (command != printed_.end() && kept.next() > command->second.lines)
    violated(
        invariant::log_is_a_prefix,
        fmt::format("log {} of command {} has lines that it did not print", log.value, kept.tag));
}

} // namespace troupe::sim
