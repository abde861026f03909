#include "tools/sim/world.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace troupe::sim {

using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr auto restart_after = seconds{2};

/// How often the run quiesces at the end. A worker that reconnects and is unpaused makes good what
/// has leaked; so afterwards nothing helps, and what can end must end by itself.
constexpr int quiesce_max = 3;

} // namespace

std::string as_words(const violation& x) {
  return fmt::format("{}: {}", names_of(x.what)[static_cast<std::size_t>(x.what)], x.message);
}

world::world(const plan& what, driver_options options)
  : driver{what, std::move(options)}, workers_{plan_, net_, printed_} {}

world::~world() {
  kill(); // before the peers of its connections
}

outcome world::run() {
  start_process();
  run_until(plan_.faults_end);
  int quiesced = 1;
  if (!over())
    quiesce();
  // Quiet has to last: schedulers and workers have timers.
  constexpr auto patience = std::chrono::hours{12};
  auto until = plan_.faults_end + minutes{6};
  for (auto last = plan_.faults_end + patience; !over(); until += minutes{5}) {
    run_until(until);
    if (is_quiet() || until > last)
      break;
    if (quiesced++ < quiesce_max || setting_number_ != 0 || refused_)
      quiesce();
  }
  if (!over())
    check_end();
  if (!over())
    stop_in_order();
  if (messages_ > options_.messages_max)
    violated({invariant::all_ends, fmt::format("after {} messages there is no end", messages_)});
  outcome_.violations = std::move(violations_);
  outcome_.seen = seen_;
  outcome_.messages = messages_;
  outcome_.commits = disk_.commits();
  outcome_.builds = std::ssize(ledger_.builds());
  outcome_.events_done = static_cast<std::int64_t>(next_event_);
  outcome_.simulated = now();
  outcome_.hash = net_.digest() ^ disk_.digest() * 31
                  ^ static_cast<std::uint64_t>(outcome_.messages)
                  ^ static_cast<std::uint64_t>(now().count()) * 127;
  return outcome_;
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
  configure(); // a valid one: nobody starts a master with one that is refused
  outcome_.lives++;
  stopping_ = failure_injected_ = refused_ = false;
  stalled_.clear();
  disk_.revive();
  bool again = outcome_.lives > 1;
  launch(plan_.seed + static_cast<std::uint64_t>(outcome_.lives) * 1000, clock_set_);
  if (process_->found().builds > 0)
    seen_.note(situation::builds_found_at_start);
  ledger_.reload(process_->store().read(), again);
}

void world::end_process() {
  starts_at_ = now() + restart_after;
  if (ledger_.running_builds() > 0)
    seen_.note(situation::death_with_builds);
  kill();
  armed_.clear();
}

void world::handle_end() {
  const auto& reason = *process_->ended();
  bool given_up =
      !reason.empty()
      && failure_injected_; // more failures were injected than the root supervisor tolerates
  if (!given_up && (!stopping_ || !reason.empty()))
    violated({invariant::master_lives, reason.empty() ? "it ended by itself" : reason});
  end_process();
}

void world::line_logged(std::string_view line) {
  auto says = [&](std::string_view part) { return line.find(part) != std::string_view::npos; };
  if (!plan_.planted.empty() && says(plan_.planted))
    violated({invariant::no_service_fails_by_itself, std::string{line.substr(0, line.size() - 1)}});
  if (says("gives up: "))
    seen_.note(situation::tree_above_is_restarted);
  else if (says("came a second time"))
    seen_.note(situation::worker_comes_twice);
  else if (says("the old one did not answer"))
    seen_.note(situation::silence_is_found_out);
}

// -- time -----------------------------------------------------------------------------------------

void world::message_taken() {
  while (!armed_.empty() && armed_.front().first <= messages_) {
    auto what = std::move(armed_.front().second);
    armed_.pop_front();
    apply(what);
    if (!process_)
      return;
  }
  if (disk_.dead())
    end_process();
  else if (process_->ended())
    handle_end();
}

// What waits for a number of messages happens at once.
bool world::nothing_ready() {
  if (armed_.empty())
    return false;
  armed_.front().first = 0;
  message_taken();
  return true;
}

std::optional<span> world::next_event() const {
  auto next = workers_.next_due();
  auto at = [&](span time) { next = std::min(next.value_or(time), time); };
  if (!later_.empty())
    at(later_.begin()->first);
  if (next_event_ < plan_.events.size())
    at(plan_.events[next_event_].at);
  return next;
}

void world::act(span now) {
  workers_.connect_due(now);
  while (!later_.empty() && later_.begin()->first <= now) {
    auto what = later_.extract(later_.begin());
    what.mapped()();
  }
  while (next_event_ < plan_.events.size() && plan_.events[next_event_].at <= now) {
    const auto& one = plan_.events[next_event_++];
    if (one.turns == 0)
      apply(one);
    else
      armed_.emplace_back(messages_ + one.turns, one);
  }
  std::sort(armed_.begin(), armed_.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

} // namespace troupe::sim
