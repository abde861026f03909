#include "tools/sim/driver.hpp"

#include "actors/master/tree.hpp"

namespace troupe::sim {

namespace {

constexpr std::size_t violations_max = 20;

} // namespace

driver::driver(plan what, driver_options options)
  : plan_{std::move(what)}, options_{std::move(options)}, log_{[this](std::string_view line) {
                                                                 heard(line);
                                                               },
                                                               runtime::logger::form::text,
                                                               options_.log ? runtime::level::debug
                                                                            : runtime::level::info},
    net_{plan_.network, plan_.seed}, ledger_{plan_, printed_, seen_, reporter()},
    disk_{ledger_, seen_}, order_{plan_.seed ^ 0x5eedULL} {
  master::add_kinds(kinds_);
}

void driver::launch(std::uint64_t seed, span clock_set) {
  process_ = std::make_unique<process>(process::environment{options_.folder, seed, idle_until_,
                                                            clock_set, log_, kinds_, net_, disk_,
                                                            options_.config_file});
  controls_.attach(process_->sys());
}

void driver::kill() {
  if (!process_)
    return;
  idle_until_ = process_->elapsed();
  dying_ = true;
  process_.reset();
  dying_ = false;
}

void driver::violated(violation what) {
  if (violations_.size() < violations_max)
    violations_.push_back(std::move(what));
}

/// A log line. A service that fails without an injected fault is a bug of the master.
void driver::heard(std::string_view line) {
  if (dying_ || disk_.dead())
    return;
  if (options_.log)
    options_.log(line);
  if (is_unplanned_failure(line))
    violated({invariant::no_service_fails_by_itself, std::string{line.substr(0, line.size() - 1)}});
  line_logged(line);
}

void driver::check_nothing_left(const std::function<void()>& run) {
  check_nothing_held(controls_.query_state("/botmaster/locks", run), process_->sys().paths(),
                     reporter());
  check_nothing_stored(ledger_, reporter());
}

// -- time -----------------------------------------------------------------------------------------

void driver::run_messages() {
  while (process_ && !over()) {
    auto ready = process_->steps().ready();
    if (ready > 0) {
      auto which = plan_.shuffled && ready > 1 ? order_.draw() % ready : 0;
      process_->steps().step(static_cast<std::size_t>(which));
      messages_++;
      message_taken();
    } else if (!nothing_ready()) {
      return;
    }
  }
}

std::optional<span> driver::next_due() const {
  std::optional<span> next;
  auto at = [&](std::optional<span> time) {
    if (time && (!next || *time < *next))
      next = time;
  };
  at(net_.next_due());
  at(next_event());
  if (!process_)
    at(starts_at_);
  else if (auto due = process_->steps().next_due())
    at(process_->elapsed() - process_->steps().elapsed() + *due);
  return next;
}

void driver::run_until(span end) {
  run_messages();
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
    act(to);
    run_messages();
  }
}

} // namespace troupe::sim
