// How a simulated world must be when nothing has gone wrong for a while.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "runtime/path.hpp"
#include "tools/sim/world.hpp"

namespace troupe::sim {

using runtime::cell_phase;

bool world::is_quiet() const {
  return process_ && process_->is_up() && book_.open_requests().empty()
         && book_.running_builds() == 0 && setting_number_ == 0 && !refused_;
}

void world::check_end() {
  if (!process_ || !process_->is_up()) {
    violated({invariant::tree_is_whole, "the master does not come up"});
    return;
  }
  check_all_ended(
      book_, [this](std::int64_t id) { return why(id); },
      [this](violation x) { violated(std::move(x)); });
  if (!over())
    check_changes();
  if (!over())
    check_tree();
  if (!over())
    check_held();
}

// Which buildsets of a scheduler are of which change is seen by the sourcestamp, which is its own
// as every change has a revision of its own.
void world::check_changes() {
  for (const auto& [named, brought] : changes_) {
    const auto& revision = named; // Clang's lambdas do not see what a structured binding names
    auto stored = std::find_if(book_.changes().begin(), book_.changes().end(),
                               [&](const auto& x) { return x.second.revision == revision; });
    if (stored == book_.changes().end()) {
      if (brought.acknowledged)
        violated({invariant::acknowledged_is_kept, "change " + revision + " is gone"});
      continue;
    }
    if (!brought.acknowledged)
      outcome_.seen.note(situation::unanswered_change_is_kept);
    const auto& change = stored->second;
    for (const auto& scheduler : plan_.configured.schedulers) {
      bool used = std::any_of(plan_.configured.builders.begin(), plan_.configured.builders.end(),
                              [&](const auto& x) { return x.scheduler == scheduler.name; });
      if (!used || (!scheduler.branch.empty() && scheduler.branch != brought.branch))
        continue;
      std::int64_t own = 0, later = 0;
      for (const auto& [id, set] : book_.buildsets()) {
        if (set.scheduler != scheduler.name || set.sourcestamps.empty())
          continue;
        auto stamp = set.sourcestamps.front();
        own += stamp == change.sourcestamp;
        later += stamp > change.sourcestamp;
      }
      if (own > 1)
        violated({invariant::change_is_scheduled_once,
                  fmt::format("scheduler {} made {} buildsets of change {}", scheduler.name, own,
                              revision)});
      if (own == 0 && scheduler.stable_timer >= 0 && later > 0)
        outcome_.seen.note(situation::several_changes_one_buildset);
      else if (own == 0)
        violated(
            {invariant::change_is_scheduled_once,
             fmt::format("scheduler {} made no buildset of change {}", scheduler.name, revision)});
    }
  }
}

void world::check_tree() {
  auto& paths = process_->sys().paths();
  auto needs = [&](const std::string& path) {
    auto port = paths.find(path);
    if (!port || port->phase != cell_phase::running)
      violated({invariant::tree_is_whole, path + " does not run"});
  };
  for (const auto& one : plan_.configured.builders)
    needs("/botmaster/builders/" + runtime::path_segment(one.name));
  for (const auto& one : plan_.configured.workers) {
    needs("/botmaster/workers/" + runtime::path_segment(one.name));
    if (!crew_.find(one.name)->attached())
      violated({invariant::tree_is_whole, "worker " + one.name + " does not get in"});
  }
  check_cells_rest(paths, [this](violation x) { violated(std::move(x)); });
}

/// What the master itself says of it.
std::string world::why(std::int64_t request) {
  auto said = std::make_shared<std::string>("it does not say why");
  type({"why", std::to_string(request)}, [said](const shell_client::told& told) {
    *said = told.ok ? print(told.content) : told.message;
  });
  go_on_until(now() + std::chrono::seconds{20});
  return *said;
}

void world::check_held() {
  check_nothing_held(controls_.state_of("/botmaster/locks", [this] { run_turns(); }),
                     process_->sys().paths(), [this](violation x) { violated(std::move(x)); });
  check_nothing_stored(book_, [this](violation x) { violated(std::move(x)); });
}

void world::stop_in_order() {
  auto lives = outcome_.lives;
  stopping_ = true;
  net_.signal(SIGTERM);
  go_on_until(now() + std::chrono::seconds{1});
  if (!over() && process_ && outcome_.lives == lives)
    violated({invariant::master_lives, "it does not stop when it is told to"});
}

} // namespace troupe::sim
