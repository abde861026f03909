// How a master must be when all players are done and nothing has gone wrong for a while.
#include <algorithm>

#include <fmt/format.h>

#include "tools/players/stress.hpp"

namespace troupe::players {

using sim::invariant;

namespace {

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
  sim::check_all_ended(book_, {}, [this](sim::violation x) { violated(std::move(x)); });
  for (const auto& one : acknowledged_)
    if (!is_stored(one))
      violated({invariant::acknowledged_is_kept, "a change is gone: " + print(wire::as_json(one))});
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
  sim::check_cells_rest(process_->sys().paths(),
                        [this](sim::violation x) { violated(std::move(x)); });
}

// Not by run_turns: what was found must not keep others from being looked for.
void stress::check_held() {
  sim::check_nothing_held(
      controls_.state_of("/botmaster/locks", [this] { process_->steps().run(); }),
      process_->sys().paths(), [this](sim::violation x) { violated(std::move(x)); });
  sim::check_nothing_stored(book_, [this](sim::violation x) { violated(std::move(x)); });
}

} // namespace troupe::players
