#include "tools/sim/world.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "actors/master/tree.hpp"

namespace troupe::sim {

using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr auto restart_after = seconds{2};

/// How often everything is put right at the end. A worker that comes again and is told to work
/// makes good what leaked; so from then on nobody helps, and what can end must end by itself.
constexpr int heals_max = 3;

} // namespace

std::string as_words(const violation& x) {
  return fmt::format("{}: {}", names_of(x.what)[static_cast<std::size_t>(x.what)], x.message);
}

world::world(const plan& what, world_options options)
  : plan_{what}, options_{std::move(options)}, log_{[this](std::string_view line) { heard(line); },
                                                    runtime::logger::form::text,
                                                    options_.log ? runtime::level::debug
                                                                 : runtime::level::info},
    net_{plan_.network, plan_.seed}, crew_{plan_, net_}, book_{plan_, crew_, outcome_.seen,
                                                               [this](violation x) {
                                                                 violated(std::move(x));
                                                               }},
    disk_{book_, outcome_.seen}, order_{plan_.seed ^ 0x5eedULL} {
  master::add_kinds(kinds_);
}

world::~world() {
  dying_ = true;
  process_.reset();
}

outcome world::run() {
  start_process();
  go_on_until(plan_.faults_end);
  int heals = 1;
  if (!over())
    heal();
  // Quiet has to last: timers of schedulers, rests of workers.
  constexpr auto patience = std::chrono::hours{12};
  auto until = plan_.faults_end + minutes{6};
  for (auto last = plan_.faults_end + patience; !over(); until += minutes{5}) {
    go_on_until(until);
    if (is_quiet() || until > last)
      break;
    if (heals++ < heals_max || setting_number_ != 0 || refused_)
      heal();
  }
  if (!over())
    check_end();
  if (!over())
    stop_in_order();
  if (outcome_.turns > options_.turns_max)
    violated(
        {invariant::all_ends, fmt::format("after {} messages there is no end", outcome_.turns)});
  outcome_.commits = disk_.commits();
  outcome_.builds = std::ssize(book_.builds());
  outcome_.events_done = static_cast<std::int64_t>(next_event_);
  outcome_.simulated = now();
  outcome_.hash = net_.digest() ^ disk_.digest() * 31 ^ static_cast<std::uint64_t>(outcome_.turns)
                  ^ static_cast<std::uint64_t>(now().count()) * 127;
  return outcome_;
}

void world::violated(violation what) {
  if (outcome_.violations.size() < 20)
    outcome_.violations.push_back(std::move(what));
}

void world::after(span wait, std::function<void()> what) {
  later_.emplace(now() + wait, std::move(what));
}

// -- the process ----------------------------------------------------------------------------------

void world::configure(const std::string& more) {
  std::ofstream{options_.folder + "/master.lua"}
      << as_lua(variant(plan_.configured, setting_number_)) << more;
}

void world::start_process() {
  configure(); // whatever was wrong with it: nobody starts a master that refuses to
  outcome_.lives++;
  stopping_ = planned_fail_ = refused_ = false;
  stalled_.clear();
  disk_.revive();
  bool again = outcome_.lives > 1;
  process_ = std::make_unique<process>(process::scheduler_context{
      options_.folder, plan_.seed + static_cast<std::uint64_t>(outcome_.lives) * 1000, idle_until_,
      clock_set_, log_, kinds_, net_, disk_});
  controls_.serve(process_->sys());
  if (process_->found().builds > 0)
    outcome_.seen.note(situation::builds_found_at_start);
  book_.reload(process_->store().read(), again);
}

void world::end_process() {
  idle_until_ = process_->elapsed();
  starts_at_ = idle_until_ + restart_after;
  if (book_.running_builds() > 0)
    outcome_.seen.note(situation::death_with_builds);
  dying_ = true;
  process_.reset();
  dying_ = false;
  armed_.clear();
}

void world::note_end() {
  const auto& reason = *process_->ended();
  bool given_up = !reason.empty() && planned_fail_; // more was made to fail than the root bears
  if (!given_up && (!stopping_ || !reason.empty()))
    violated({invariant::master_lives, reason.empty() ? "it ended by itself" : reason});
  end_process();
}

/// A log line. What fails without having been made to is a bug of the master.
void world::heard(std::string_view line) {
  if (dying_ || disk_.dead())
    return;
  if (options_.log)
    options_.log(line);
  auto says = [&](std::string_view part) { return line.find(part) != std::string_view::npos; };
  if (tells_of_own_failure(line))
    violated({invariant::no_service_fails_by_itself, std::string{line.substr(0, line.size() - 1)}});
  if (!plan_.planted.empty() && says(plan_.planted))
    violated({invariant::no_service_fails_by_itself, std::string{line.substr(0, line.size() - 1)}});
  if (says("gives up: "))
    outcome_.seen.note(situation::tree_above_is_restarted);
  else if (says("came a second time"))
    outcome_.seen.note(situation::worker_comes_twice);
  else if (says("the old one did not answer"))
    outcome_.seen.note(situation::silence_is_found_out);
}

// -- time -----------------------------------------------------------------------------------------

/// False: the process has ended.
bool world::after_turn() {
  outcome_.turns++;
  while (!armed_.empty() && armed_.front().first <= outcome_.turns) {
    auto what = std::move(armed_.front().second);
    armed_.pop_front();
    happen(what);
    if (!process_)
      return false;
  }
  if (disk_.dead()) {
    end_process();
    return false;
  }
  if (process_->ended()) {
    note_end();
    return false;
  }
  return true;
}

// Until nobody has anything to do; then what waited for a number of turns happens at once.
void world::run_turns() {
  while (process_ && !over()) {
    auto ready = process_->steps().ready();
    if (ready > 0) {
      auto which = plan_.shuffled && ready > 1 ? order_.draw() % ready : 0;
      process_->steps().step(static_cast<std::size_t>(which));
      after_turn();
      continue;
    }
    if (armed_.empty())
      return;
    armed_.front().first = 0;
    outcome_.turns--; // nobody took a message
    after_turn();
  }
}

std::optional<span> world::next_due() const {
  std::optional<span> next;
  auto at = [&](std::optional<span> time) {
    if (time && (!next || *time < *next))
      next = time;
  };
  at(net_.next_due());
  at(crew_.next_due());
  if (!later_.empty())
    at(later_.begin()->first);
  if (next_event_ < plan_.events.size())
    at(plan_.events[next_event_].at);
  if (!process_)
    at(starts_at_);
  else if (auto due = process_->steps().next_due())
    at(process_->elapsed() - process_->steps().elapsed() + *due);
  return next;
}

void world::go_on_until(span end) {
  run_turns();
  while (!over()) {
    auto due = next_due();
    auto to = std::max(now(), std::min(due.value_or(end), end));
    if (process_)
      process_->steps().pass(to - now());
    else
      idle_until_ = to;
    if (!due || *due > end)
      return;
    if (!process_ && starts_at_ <= to)
      start_process();
    net_.run_due();
    crew_.connect_due(to);
    while (!later_.empty() && later_.begin()->first <= to) {
      auto what = later_.extract(later_.begin());
      what.mapped()();
    }
    while (next_event_ < plan_.events.size() && plan_.events[next_event_].at <= to) {
      const auto& one = plan_.events[next_event_++];
      if (one.turns == 0)
        happen(one);
      else
        armed_.emplace_back(outcome_.turns + one.turns, one);
    }
    std::sort(armed_.begin(), armed_.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    run_turns();
  }
}

} // namespace troupe::sim
