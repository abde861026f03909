// How a master must be when all players are done and nothing has gone wrong for a while.
#include <algorithm>

#include <fmt/format.h>

#include "tools/players/stress.hpp"

namespace troupe::players {

using runtime::cell_phase;
using sim::invariant;

namespace {

bool is_build(std::string_view path) {
  return path.starts_with("/botmaster/builders/") && std::count(path.begin(), path.end(), '/') == 4;
}

std::string text_of(const wire::jelly& change, std::string_view key) {
  const auto* value = change.find(key);
  return value && value->as_text() ? *value->as_text() : std::string{};
}

} // namespace

bool stress::is_stored(const wire::jelly& change) const {
  auto author = text_of(change, "who");
  if (author.empty())
    author = text_of(change, "author");
  auto revision = text_of(change, "revision"), branch = text_of(change, "branch");
  return std::any_of(book_.changes().begin(), book_.changes().end(), [&](const auto& x) {
    return x.second.author == author && x.second.revision.value_or("") == revision
           && x.second.branch.value_or("") == branch;
  });
}

void stress::check_end() {
  if (!process_->is_up()) {
    violated({invariant::tree_is_whole, "the master does not come up"});
    return;
  }
  for (auto id : book_.open_requests())
    violated({invariant::all_ends,
              fmt::format("request {} of {} is open for ever", id,
                          book_.builder_name(book_.requests().at(id).builder))});
  std::set<std::int64_t> waiting_sets; // for a builder that is not configured any more
  for (const auto& [id, one] : book_.requests())
    if (!one.complete && !book_.is_configured(one))
      waiting_sets.insert(one.buildset.value);
  for (const auto& [id, one] : book_.buildsets())
    if (!one.complete && !waiting_sets.contains(id))
      violated({invariant::all_ends, fmt::format("buildset {} is open for ever", id)});
  for (const auto& [id, one] : book_.builds())
    if (!one.complete_at)
      violated({invariant::all_ends, fmt::format("build {}/{} runs for ever",
                                                 book_.builder_name(one.builder), one.number)});
  for (const auto& [id, one] : book_.steps())
    if (one.started_at && !one.complete_at)
      violated({invariant::all_ends, fmt::format("step {} ({}) runs for ever", id, one.name)});
  for (const auto& [id, one] : book_.logs())
    if (!one.complete)
      violated({invariant::all_ends, fmt::format("log {} is open for ever", id)});
  for (const auto& [builder, numbers] : book_.numbers())
    if (*numbers.begin() != 1 || *numbers.rbegin() != std::ssize(numbers))
      violated({invariant::builds_are_numbered,
                fmt::format("{} has {} builds, the last is number {}",
                            book_.builder_name(builder_id{builder}), numbers.size(),
                            *numbers.rbegin())});
  for (const auto& one : acknowledged_)
    if (!is_stored(one))
      violated({invariant::acknowledged_is_kept,
                "a change is gone: " + print(wire::as_json(one))});
  // Whoever asked a service that was made to fail may wait in vain.
  const auto& told = company_->count();
  if (faults_.kills() == 0 && told.failures == 0 && told.changes_unanswered > 0)
    violated({invariant::all_ends,
              fmt::format("{} changes were not answered", told.changes_unanswered)});
  check_tree();
  check_held();
}

void stress::check_tree() {
  if (setting_runs_ != setting_wanted_)
    violated({invariant::tree_is_whole, "it refuses a configuration that ran in the record"});
  for (const auto& name : company_->absent_workers())
    violated({invariant::tree_is_whole, "worker " + name + " does not get in"});
  for (const auto& port : process_->sys().paths().walk("/", {}, 1'000'000).ports)
    if (port->phase != cell_phase::running)
      violated({invariant::tree_is_whole,
                fmt::format("{} is {}", port->path(),
                            names_of(port->phase.load())[static_cast<std::size_t>(
                              port->phase.load())])});
    else if (port->depth > 0)
      violated({invariant::tree_is_whole,
                fmt::format("{} messages wait for {}", port->depth.load(), port->path())});
}

void stress::check_held() {
  auto locks = state_of("/botmaster/locks");
  auto* table = locks.is_object() ? locks.as_object().if_contains("table") : nullptr;
  for (auto key : {"held", "waiting"}) {
    auto* parties = table && table->is_object() ? table->as_object().if_contains(key) : nullptr;
    if (!parties || !parties->is_array())
      violated({invariant::nothing_is_held, "the locks do not show who has them"});
    else if (!parties->as_array().empty())
      violated({invariant::nothing_is_held, fmt::format("locks {}: {}", key, print(*parties))});
  }
  for (const auto& port :
       process_->sys().paths().walk("/botmaster/builders", {}, 1'000'000, 2).ports)
    if (is_build(port->path()))
      violated({invariant::nothing_is_held, port->path() + " is still there"});
}

// Not by run_turns: what was found must not keep others from being looked for.
json stress::state_of(const std::string& path) {
  auto token = fmt::format("state {}", ++questions_);
  if (!command(path, runtime::show_cell{"state", token}))
    return nullptr;
  process_->steps().run();
  auto found = answers_.extract(token);
  return found.empty() ? json{} : found.mapped().content;
}

} // namespace troupe::players
