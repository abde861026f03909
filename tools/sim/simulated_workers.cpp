#include "tools/sim/simulated_workers.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tools/sim/dice.hpp"

namespace troupe::sim {

namespace {

double as_seconds(span x) {
  return std::chrono::duration<double>(x).count();
}

span as_span(double seconds) {
  return span{static_cast<std::int64_t>(std::ceil(seconds * 1e6))};
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t x = 0xcbf29ce484222325ULL;
  for (auto c : text)
    x = (x ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return x;
}

} // namespace

simulated_workers::simulated_workers(const plan& of, network& net) : seed_{of.seed}, net_{net} {
  for (const auto& one : of.configured.workers)
    members_.push_back(std::make_unique<member>(*this, one));
  away_ = std::ssize(members_);
}

simulated_workers::member* simulated_workers::find(const std::string& name) {
  for (const auto& one : members_)
    if (one->how.name == name)
      return one.get();
  return nullptr;
}

void simulated_workers::connect_due(span now) {
  if (away_ == 0)
    return;
  for (auto& one : members_)
    if (!net_.is_connected(*one) && one->comes_at <= now && net_.connect(*one, door::pb) == 0)
      one->lost(now);
}

std::optional<span> simulated_workers::next_due() const {
  std::optional<span> next;
  if (away_ == 0)
    return next;
  for (const auto& one : members_)
    if (!net_.is_connected(*one))
      next = std::min(next.value_or(one->comes_at), one->comes_at);
  return next;
}

void simulated_workers::behave(span now) {
  honest_ = true;
  for (auto& one : members_) {
    net_.cut(*one, "closed by the peer");
    one->comes_at = now + std::chrono::seconds{1};
  }
}

// What a command does hangs on who runs it and how many it has run, so that it stays the same when
// other events are taken out of the plan.
swarm::conduct simulated_workers::begin(const swarm::begun_command& what) {
  const auto& how = find(what.worker)->how;
  auto number = ++begun_[what.worker];
  dice prng{seed_ ^ hash(what.worker) ^ static_cast<std::uint64_t>(number) * 7919};
  swarm::conduct made;
  made.tag = fmt::format("{}#{}", what.worker, number);
  made.lines = prng.from(0, how.lines_max);
  made.line_bytes = how.line_bytes;
  made.seconds = static_cast<double>(prng.from(0, how.seconds_max * 1000)) / 1000;
  made.rc = prng.from(1, 1000) <= how.failing ? prng.from(1, 3) : 0;
  constexpr auto kinds = std::tuple_size_v<decltype(names_of(swarm::byzantine_fault::none))>;
  if (prng.from(1, 1000) <= how.mischievous)
    made.how = static_cast<swarm::byzantine_fault>(prng.from(1, kinds - 1));
  if (honest_) {
    made.seconds = std::min(made.seconds, 1.0);
    made.lines = std::min<std::int64_t>(made.lines, 10);
    made.how = swarm::byzantine_fault::none;
  }
  told_[made.tag] = {what.worker, what.builder, 0, {}, made.how};
  return made;
}

void simulated_workers::said(const swarm::conduct& how, std::int64_t lines) {
  told_[how.tag].lines = lines;
}

void simulated_workers::ended(const swarm::conduct& how, std::int64_t rc) {
  told_[how.tag].rc = rc;
}

// -- one of them ----------------------------------------------------------------------------------

simulated_workers::member::member(simulated_workers& in, const planned_worker& who)
  : how{who}, in_{in}, worker_{who.name, "pass", in, in.count_} {}

void simulated_workers::member::connected(span now) {
  if (!std::exchange(connected_, true))
    in_.away_--;
  worker_.connected(as_seconds(now));
}

void simulated_workers::member::lost(span now) {
  if (std::exchange(connected_, false))
    in_.away_++;
  worker_.lost();
  auto wait = swarm::seconds_before_try(tries++);
  comes_at = std::max(comes_at, now + std::chrono::seconds{wait});
}

bool simulated_workers::member::take(std::string_view came, span now) {
  bool stays = worker_.take(came, as_seconds(now));
  if (attached())
    tries = 0;
  return stays;
}

bool simulated_workers::member::wake(span now) {
  worker_.go_on(as_seconds(now));
  return !worker_.wants_to_leave();
}

std::optional<span> simulated_workers::member::wakes_at() const {
  if (worker_.wants_to_leave())
    return span{0};
  auto at = worker_.wakes_at();
  return at ? std::optional{as_span(*at)} : std::nullopt;
}

} // namespace troupe::sim
