// A change scheduler with the services around it: changes go in, buildsets come out.
#pragma once

#include "actors/botmaster/brd/brd.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "tests/actors/config/config_stage.hpp"
#include "tests/support/actor_stage.hpp"

namespace troupe::testing {

using namespace schedulers;
using runtime::child_of;

inline constexpr auto path = "/scheduler_manager/all";

inline change_scheduler_config single(std::optional<span> timer = {}) {
  change_scheduler_config made;
  made.scheduler.class_name = "SingleBranchScheduler";
  made.scheduler.name = "all";
  made.scheduler.builder_names = boost::json::array{"b1"};
  made.scheduler.codebases[""] = {};
  made.scheduler.reason = "The %(classname)s scheduler named '%(name)s' triggered this build";
  made.tree_stable_timer = timer;
  made.one_timer = true;
  return made;
}

inline change_scheduler_config any(std::optional<span> timer = {}) {
  auto made = single(timer);
  made.scheduler.class_name = "AnyBranchScheduler";
  made.one_timer = false;
  return made;
}

/// With fileIsImportant: whatever does not call itself a document.
inline change_scheduler_config only_code(change_scheduler_config made) {
  test::config_stage lua;
  made.file_is_important = lua.value_of("function(change) return change.comments ~= 'doc' end");
  return made;
}

inline botmaster::distributor_config distributor() {
  botmaster::distributor_config brd;
  brd.builders = {{.name = "b1"}};
  brd.collapse_requests = json(false);
  return brd;
}

struct scheduler_stage : actor_stage {
  using actor_stage::actor_stage;
  /// The store knows the builder and the scheduler already, so that the first change counts.
  void begin(change_scheduler_config definition) {
    for (const auto* kind :
         {&change_svc::change_manager::static_kind(), &scheduler_manager::static_kind(),
          &change_scheduler::static_kind(), &botmaster::distributor::static_kind()})
      kinds.add(*kind);
    if (!storage::find_builder(read(), "b1"))
      put(storage::batch{}.put(a_builder(1, "b1")));
    change_svc::change_manager_config changes;
    changes.listeners_parent = named("/scheduler_manager");
    auto manager = child_of("scheduler_manager", "scheduler_manager", scheduler_manager_config{});
    manager.children = {child_of("all", "change_scheduler", definition)};
    manager.children_policy.restarts_max = 1000;
    start_with({child_of("change_svc", "change_svc", changes), manager,
                branch_of("botmaster", {child_of("brd", "brd", distributor())})});
    flush();
    REQUIRE(running(path));
  }
  void add(std::string revision, std::optional<std::string> branch = "main",
           std::string comments = "code", std::string codebase = "") {
    change_svc::add_change order;
    order.what.author = "ada";
    order.what.revision = std::move(revision);
    order.what.branch = std::move(branch);
    order.what.comments = std::move(comments);
    order.what.codebase = std::move(codebase);
    send("/change_svc", order);
  }
  /// The revision that each buildset is of, oldest first.
  std::string built() {
    std::string out;
    auto from = read();
    auto sets = storage::newest_buildsets(from, 100);
    for (auto set = sets.rbegin(); set != sets.rend(); ++set)
      for (auto id : set->sourcestamps) {
        auto stamp = storage::find_sourcestamp(from, id);
        out += (out.empty() ? "" : " ") + stamp->revision.value_or("-");
      }
    return out;
  }
  /// How many changes the store holds back for it, and the newest that it has seen.
  std::pair<std::size_t, std::int64_t> stored() {
    auto from = read();
    auto record = storage::find_scheduler(from, "all").value();
    return {storage::changes_of_scheduler(from, record.id).size(), record.last_change.value};
  }
};

using progress = std::pair<std::size_t, std::int64_t>;

} // namespace troupe::testing
