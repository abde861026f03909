// CONFIG: holds the configuration that runs and brings the tree in line with a new one.
//
// Promises:  a configuration with errors changes nothing, and all its errors are told with file and
//            line. What equals its old configuration is not touched. Requests that come during a
//            reconfiguration are run after it, as one.
// Restart:   permanent, and on a thread of its own: evaluating a configuration reads files. What
// runs
//            is stored, so that a new incarnation compares with it and not with the file.
#pragma once

#include "actors/config/model.hpp"
#include "runtime/control.hpp"
#include "runtime/kind.hpp"
#include "runtime/reconcile.hpp"
#include "storage/records/ids.hpp"

namespace troupe::config {

inline constexpr std::string_view config_path = "/config";

/// Load, check, plan, and unless `dry_run` apply. Answered with `reconfigured`.
struct reconfigure {
  bool dry_run = false;
  std::string token;
  runtime::address asker;
  TROUPE_FIELDS(dry_run, token, asker)
};
struct reconfigured {
  std::string token;
  bool ok = false;
  std::string words; ///< All errors, a line each, or what was done.
  json plan;
  TROUPE_FIELDS(token, ok, words, plan)
};
struct apply_overdue {
  std::int64_t generation = 0;
  TROUPE_FIELDS(generation)
};

/// What is stored of the configuration that runs.
struct applied_tree {
  std::int64_t generation = 0;
  std::vector<runtime::child_spec> running;
  TROUPE_FIELDS(generation, running)
};

struct config_service_config {
  std::string file;
  std::string folder;
  master_id master;
  std::string master_name;
  std::int64_t own_uid = 0;
  TROUPE_FIELDS(file, folder, master, master_name, own_uid)
};

enum class apply_stage : int { idle, stopping, swapping, starting };
constexpr auto names_of(apply_stage) {
  return std::array<std::string_view, 4>{"idle", "stopping", "swapping", "starting"};
}

struct config_service_state {
  std::int64_t generation = 0;
  std::vector<runtime::child_spec> running; ///< The tree as it was last wanted and applied.
  apply_stage stage = apply_stage::idle;
  runtime::tree_plan plan;                  ///< Being applied.
  std::vector<runtime::child_spec> wanted;
  std::set<std::string> awaited;            ///< Paths whose answer is due.
  std::vector<std::string> troubles;
  std::vector<reconfigure> askers;          ///< Of the one being applied.
  std::vector<reconfigure> queue;
  instant began;
  std::string last_outcome;
  TROUPE_FIELDS(generation, running, stage, plan, wanted, awaited, troubles, askers, queue, began,
                last_outcome)
};

class config_service
: public runtime::service<config_service, config_service_config, config_service_state> {
public:
  using hears = runtime::messages<reconfigure, runtime::cell_answer, apply_overdue>;
  const runtime::service_kind& kind() const override;
  void started() override;

  void on(const reconfigure&);
  void on(const runtime::cell_answer&);
  void on(const apply_overdue&);

private:
  void begin(std::vector<reconfigure> askers, bool dry_run);
  void enter(apply_stage stage);
  void next_stage();
  void done();
  void answer(const std::vector<reconfigure>& askers, bool ok, std::string words);
  json plan_json() const;
};

const runtime::service_kind& config_service_kind();

} // namespace troupe::config
