#include "tools/sim/simulated_workers.hpp"

#include <fmt/format.h>

#include "tools/sim/dice.hpp"

namespace troupe::sim {

using peers::byzantine_fault;

namespace {

std::uint64_t hash(std::string_view text) {
  std::uint64_t x = 0xcbf29ce484222325ULL;
  for (auto c : text)
    x = (x ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return x;
}

} // namespace

simulated_workers::simulated_workers(const plan& of, network& net, printed_commands& printed)
  : seed_{of.seed}, net_{net}, printed_{printed} {
  for (const auto& one : of.configured.workers)
    workers_.push_back(std::make_unique<simulated_worker>(*this, one));
  away_ = std::ssize(workers_);
}

simulated_workers::simulated_worker* simulated_workers::find(const std::string& name) {
  for (const auto& one : workers_)
    if (one->how.name == name)
      return one.get();
  return nullptr;
}

void simulated_workers::connect_due(span now) {
  if (away_ == 0)
    return;
  for (auto& one : workers_)
    if (!net_.is_connected(*one) && one->connects_at <= now && !net_.connect(*one, peers::port::pb))
      one->lost(now);
}

std::optional<span> simulated_workers::next_due() const {
  std::optional<span> next;
  if (away_ == 0)
    return next;
  for (const auto& one : workers_)
    if (!net_.is_connected(*one))
      next = std::min(next.value_or(one->connects_at), one->connects_at);
  return next;
}

void simulated_workers::quiesce(span now) {
  quiesced_ = true;
  for (auto& one : workers_) {
    net_.cut(*one);
    one->connects_at = now + std::chrono::seconds{1};
  }
}

// A function of the worker and of how many commands it has run, so that it stays the same when
// other events are taken out of the plan.
peers::conduct simulated_workers::draw_conduct(const std::string& worker,
                                               const std::string& builder) {
  const auto& how = find(worker)->how;
  auto number = ++begun_[worker];
  dice prng{seed_ ^ hash(worker) ^ static_cast<std::uint64_t>(number) * 7919};
  peers::conduct made;
  made.tag = fmt::format("{}#{}", worker, number);
  made.lines = prng.from(0, how.lines_max);
  made.line_bytes = how.line_bytes;
  made.seconds = static_cast<double>(prng.from(0, how.seconds_max * 1000)) / 1000;
  made.rc = prng.from(1, 1000) <= how.failing ? prng.from(1, 3) : 0;
  constexpr auto kinds = std::tuple_size_v<decltype(names_of(byzantine_fault::none))>;
  if (prng.from(1, 1000) <= how.mischievous)
    made.how = static_cast<byzantine_fault>(prng.from(1, kinds - 1));
  if (quiesced_) {
    made.seconds = std::min(made.seconds, 1.0);
    made.lines = std::min<std::int64_t>(made.lines, 10);
    made.how = byzantine_fault::none;
  }
  printed_[made.tag] = {worker, builder, 0, {}, made.how};
  return made;
}

std::unique_ptr<peers::response> simulated_workers::respond(const peers::command& what,
                                                            const wire::jelly&) {
  auto how = draw_conduct(what.worker, what.builder);
  if (how.how == byzantine_fault::fails_start)
    return nullptr;
  if (what.name != "shell")
    return std::make_unique<peers::scripted_response>(what, scripts_.of(what.name), span{}, 1);
  return std::make_unique<peers::printed_response>(what, std::move(how), *this);
}

void simulated_workers::printed(const peers::conduct& how, std::int64_t lines, std::int64_t) {
  printed_[how.tag].lines = lines;
}

void simulated_workers::ended(const peers::conduct& how, std::int64_t rc) {
  printed_[how.tag].rc = rc;
}

// -- one of them ----------------------------------------------------------------------------------

simulated_workers::simulated_worker::simulated_worker(simulated_workers& in,
                                                      const planned_worker& with)
  : worker{{with.name, "pass"}, in, in.count_}, how{with}, in_{in} {}

void simulated_workers::simulated_worker::connected(span now) {
  if (!std::exchange(connected_, true))
    in_.away_--;
  worker::connected(now);
}

void simulated_workers::simulated_worker::lost(span now) {
  if (std::exchange(connected_, false))
    in_.away_++;
  worker::lost(now);
  connects_at = std::max(connects_at, now + peers::wait_before_try(tries++));
}

bool simulated_workers::simulated_worker::take(std::string_view came, span now) {
  bool stays = worker::take(came, now);
  if (is_attached())
    tries = 0;
  return stays;
}

} // namespace troupe::sim
