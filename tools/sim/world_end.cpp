// How a simulated master must be at the end, after it has quiesced.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "runtime/path.hpp"
#include "tools/sim/world.hpp"

namespace troupe::sim {

using runtime::cell_phase;

bool world::is_quiet() const {
  return process_ && process_->is_up() && ledger_.open_requests().empty()
         && ledger_.running_builds() == 0 && setting_number_ == 0 && !refused_;
}

void world::check_end() {
  if (!process_ || !process_->is_up()) {
    violated({invariant::tree_is_whole, "the master does not come up"});
    return;
  }
  check_all_ended(
      ledger_, [this](std::int64_t id) { return why(id); }, reporter());
  if (!over())
    check_changes();
  if (!over())
    check_tree();
  if (!over())
    check_nothing_left([this] { run_messages(); });
}

// The sourcestamp tells of which change a buildset is: every change has a revision of its own.
void world::check_changes() {
  for (const auto& [named, sent] : changes_) {
    const auto& revision = named; // Clang's lambdas do not see what a structured binding names
    auto stored = std::find_if(ledger_.changes().begin(), ledger_.changes().end(),
                               [&](const auto& x) { return x.second.revision == revision; });
    if (stored == ledger_.changes().end()) {
      if (sent.acknowledged)
        violated({invariant::acknowledged_is_kept, "change " + revision + " is gone"});
      continue;
    }
    if (!sent.acknowledged)
      seen_.note(situation::unanswered_change_is_kept);
    const auto& change = stored->second;
    for (const auto& scheduler : plan_.configured.schedulers) {
      bool used = std::any_of(plan_.configured.builders.begin(), plan_.configured.builders.end(),
                              [&](const auto& x) { return x.scheduler == scheduler.name; });
      if (!used || (!scheduler.branch.empty() && scheduler.branch != sent.branch))
        continue;
      std::int64_t own = 0, later = 0;
      for (const auto& [id, set] : ledger_.buildsets()) {
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
        seen_.note(situation::several_changes_one_buildset);
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
    if (!workers_.find(one.name)->is_attached())
      violated({invariant::tree_is_whole, "worker " + one.name + " does not get in"});
  }
  check_cells_rest(paths, reporter());
}

/// The answer of the master's own `why`.
std::string world::why(std::int64_t request) {
  auto answer = std::make_shared<std::string>("it does not say why");
  type({"why", std::to_string(request)}, [answer](const peers::shell_client::reply& reply) {
    *answer = reply.ok ? print(reply.content) : reply.message;
  });
  run_until(now() + std::chrono::seconds{20});
  return *answer;
}

void world::stop_in_order() {
  auto lives = outcome_.lives;
  stopping_ = true;
  net_.signal(SIGTERM);
  run_until(now() + std::chrono::seconds{1});
  if (!over() && process_ && outcome_.lives == lives)
    violated({invariant::master_lives, "it does not stop when it is told to"});
}

} // namespace troupe::sim
