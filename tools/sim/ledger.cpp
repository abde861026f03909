#include "tools/sim/ledger.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "storage/records/state.hpp"
#include "storage/table.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::sim {

using storage::table_number;

namespace {

std::string word_of(std::optional<records::result_code> x) {
  return x ? std::string{names_of(*x)[static_cast<std::size_t>(*x)]} : "without a result";
}

} // namespace

void ledger::violated(invariant what, std::string message) {
  report_({what, std::move(message)});
}

std::string ledger::builder_name(builder_id which) const {
  auto found = builders_.find(which.value);
  return found == builders_.end() ? std::to_string(which.value) : found->second.name;
}

std::string ledger::name_of(const records::build& x) const {
  return fmt::format("build {}/{}", builder_name(x.builder), x.number);
}

/// The planned builder of a build. None if several variants have been in force, because the build's
/// is unknown, or if the plan has no steps.
const planned_builder* ledger::planned(const records::build& x) const {
  if (settings_.size() > 1)
    return nullptr;
  for (const auto& one : plan_.configured.builders)
    if (one.name == builder_name(x.builder))
      return one.steps.empty() ? nullptr : &one;
  return nullptr;
}

bool ledger::is_configured(const records::buildrequest& x) const {
  return std::any_of(plan_.configured.builders.begin(), plan_.configured.builders.end(),
                     [&](const auto& one) { return one.name == builder_name(x.builder); });
}

/// Requests that could be built.
std::vector<std::int64_t> ledger::open_requests() const {
  std::vector<std::int64_t> all;
  for (auto id : open_)
    if (is_configured(requests_.at(id)))
      all.push_back(id);
  return all;
}

void ledger::run_with(const setting& what) {
  if (std::find(settings_.begin(), settings_.end(), what) == settings_.end())
    settings_.push_back(what);
}

void ledger::commit(std::span<const storage::batch* const> batches) {
  if (batches.size() > 1)
    seen_.note(situation::commit_has_many_parts);
  for (auto* one : batches)
    for (const auto& op : one->operations)
      take(op);
  for (auto& check : std::exchange(due_, {}))
    check();
}

void ledger::take(const storage::operation& op) {
  if (op.kind == storage::operation_kind::append_log) {
    take_chunk(op);
    return;
  }
  if (op.kind == storage::operation_kind::erase
      && op.table == static_cast<std::uint16_t>(table_number::service_states))
    states_.erase(op.key);
  if (op.kind != storage::operation_kind::put)
    return;
  auto keep = [&](auto& in) {
    auto record = storage::unpack<typename std::decay_t<decltype(in)>::mapped_type>(op.value);
    in.insert_or_assign(record.id.value, std::move(record));
  };
  switch (static_cast<table_number>(op.table)) {
  case table_number::changes:
    keep(changes_);
    break;
  case table_number::sourcestamps:
    keep(sourcestamps_);
    break;
  case table_number::builders:
    keep(builders_);
    break;
  case table_number::workers:
    keep(workers_);
    break;
  case table_number::buildsets:
    take_buildset(storage::unpack<records::buildset>(op.value));
    break;
  case table_number::buildrequests:
    take_request(storage::unpack<records::buildrequest>(op.value));
    break;
  case table_number::builds:
    take_build(storage::unpack<records::build>(op.value));
    break;
  case table_number::steps:
    take_step(storage::unpack<records::step>(op.value));
    break;
  case table_number::logs:
    take_log(storage::unpack<records::log>(op.value));
    break;
  case table_number::service_states:
    states_.insert_or_assign(op.key, storage::unpack<records::service_state>(op.value).path);
    break;
  default:
    break;
  }
}

void ledger::take_request(records::buildrequest now) {
  auto id = now.id.value;
  auto before = requests_.find(id);
  if (before == requests_.end()) {
    requests_of_[now.buildset.value].push_back(id);
    if (!now.complete)
      open_.insert(id);
  } else if (before->second.complete) {
    if (!now.complete || now.results != before->second.results)
      violated(invariant::completes_once, fmt::format("request {} was complete", id));
  } else if (now.complete) {
    open_.erase(id);
    if (now.collapsed_into)
      seen_.note(situation::request_is_collapsed);
    else if (now.results == records::result_code::cancelled && !last_build_.contains(id))
      seen_.note(situation::request_is_cancelled);
    when_read([this, now] { check_request(now); });
  }
  requests_.insert_or_assign(id, std::move(now));
}

void ledger::check_request(const records::buildrequest& now) {
  auto id = now.id.value;
  // Between a retried build and the next one a request can be cancelled or collapsed.
  bool cancelled = now.results == records::result_code::cancelled || now.collapsed_into;
  if (now.collapsed_into)
    check_collapse(now);
  if (auto built = last_build_.find(id); built != last_build_.end()) {
    const auto& build = builds_.at(built->second);
    if (!build.complete_at || (build.results != now.results && !cancelled))
      violated(invariant::request_ends_as_its_build,
               fmt::format("request {} is {}, {} {}", id, word_of(now.results), name_of(build),
                           build.complete_at ? "is " + word_of(build.results) : "runs"));
  } else if (!cancelled) {
    violated(invariant::request_ends_as_its_build,
             fmt::format("request {} ends, and nobody built it", id));
  }
}

void ledger::check_collapse(const records::buildrequest& now) {
  auto into = requests_.find(now.collapsed_into.value);
  if (into == requests_.end() || into->first < now.id.value || into->second.builder != now.builder
      || branches_of(into->second) != branches_of(now))
    violated(invariant::collapses_into_the_same,
             fmt::format("request {} is collapsed into {}, which asks for something else",
                         now.id.value, now.collapsed_into.value));
}

std::set<std::optional<std::string>> ledger::branches_of(const records::buildrequest& x) const {
  std::set<std::optional<std::string>> all;
  if (auto set = buildsets_.find(x.buildset.value); set != buildsets_.end())
    for (auto which : set->second.sourcestamps)
      if (auto stamp = sourcestamps_.find(which.value); stamp != sourcestamps_.end())
        all.insert(stamp->second.branch);
  return all;
}

void ledger::take_buildset(records::buildset now) {
  auto id = now.id.value;
  auto before = buildsets_.find(id);
  if (before != buildsets_.end() && before->second.complete
      && (!now.complete || now.results != before->second.results))
    violated(invariant::completes_once, fmt::format("buildset {} was complete", id));
  if (now.complete && (before == buildsets_.end() || !before->second.complete))
    when_read([this, now] { check_buildset(now); });
  buildsets_.insert_or_assign(id, std::move(now));
}

void ledger::check_buildset(const records::buildset& now) {
  auto worst = records::result_code::success;
  for (auto which : requests_of_[now.id.value]) {
    const auto& one = requests_.at(which);
    if (!one.complete)
      violated(invariant::buildset_ends_with_its_requests,
               fmt::format("buildset {} is complete, its request {} is not", now.id.value, which));
    worst = records::worst(worst, one.results.value_or(records::result_code::success));
  }
  if (now.results != worst)
    violated(
        invariant::buildset_ends_with_its_requests,
        fmt::format("buildset {} does not have the worst result of its requests", now.id.value));
}

// -- after a crash --------------------------------------------------------------------------------

// Recovery's commits bypass the ledger, so the store is read again. It must hold all that the
// ledger knows: recovery ends builds and frees requests, and deletes nothing.
void ledger::reload(const storage::snapshot& from, bool compare) {
  auto missing = [&](const char* what, std::int64_t id) {
    violated(invariant::store_agrees, fmt::format("{} {} was committed and is gone", what, id));
  };
  if (compare) {
    for (const auto& [id, one] : changes_)
      if (storage::find_change(from, one.id) != one)
        missing("change", id);
    for (const auto& [id, one] : buildsets_) {
      auto stored = storage::find_buildset(from, one.id);
      if (!stored || (one.complete && *stored != one))
        missing("buildset", id);
    }
  }
  states_.clear(); // as recovery does
  for (auto& [id, one] : requests_) {
    auto stored = storage::find_buildrequest(from, one.id);
    if (!stored || (one.complete && *stored != one)) {
      missing("request", id);
      continue;
    }
    if (stored->complete)
      open_.erase(id);
    one = *stored;
  }
  for (auto& [id, one] : buildsets_)
    if (auto stored = storage::find_buildset(from, one.id))
      one = *stored;
  for (auto& [id, one] : builds_) {
    if (one.complete_at)
      continue;
    auto stored = storage::find_build(from, one.id);
    if (!stored) {
      missing("build", id);
      continue;
    }
    one = *stored;
    for (auto step : steps_of_[id])
      if (auto kept = storage::find_step(from, step_id{step}))
        steps_.at(step) = *kept;
    if (one.complete_at)
      end_build(one);
  }
  for (auto& [id, one] : logs_)
    if (!one.complete)
      if (auto stored = storage::find_log(from, one.id))
        one = *stored;
}

} // namespace troupe::sim
