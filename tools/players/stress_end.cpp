// How the master must be at the end of a replay, after it has quiesced.
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
  return std::any_of(ledger_.changes().begin(), ledger_.changes().end(), [&](const auto& x) {
    return x.second.author == author && x.second.revision.value_or("") == revision
           && x.second.branch.value_or("") == branch;
  });
}

void stress::check_end() {
  if (!process_->is_up()) {
    violated({invariant::tree_is_whole, "the master does not come up"});
    return;
  }
  sim::check_all_ended(ledger_, {}, reporter());
  for (const auto& one : acknowledged_)
    if (!is_stored(one))
      violated({invariant::acknowledged_is_kept, "a change is gone: " + print(wire::as_json(one))});
  // A service that was made to fail need not answer its clients.
  const auto& count = clients_->count();
  if (faults_.kills() == 0 && count.failures == 0 && count.changes_unanswered > 0)
    violated({invariant::all_ends,
              fmt::format("{} changes were not answered", count.changes_unanswered)});
  check_tree();
  // Not run_messages: it stops at the first finding, and others may follow.
  check_nothing_left([this] { process_->steps().run(); });
}

void stress::check_tree() {
  if (setting_runs_ != setting_wanted_)
    violated({invariant::tree_is_whole, "it refuses a configuration that ran in the record"});
  for (const auto& name : clients_->absent_workers())
    violated({invariant::tree_is_whole, "worker " + name + " does not get in"});
  sim::check_cells_rest(process_->sys().paths(), reporter());
}

} // namespace troupe::players
