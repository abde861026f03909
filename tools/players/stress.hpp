// STRESS: copies of a recording, replayed to a whole master in virtual time. The master has the
// recorded configuration; its services fail and are swapped meanwhile. The invariants of the
// simulator hold (tools/sim/invariants.hpp).
#pragma once

#include "runtime/journal/journal.hpp"
#include "tools/players/faults.hpp"
#include "tools/players/replay_clients.hpp"
#include "tools/sim/driver.hpp"

namespace troupe::players {

struct stress_options {
  timeline_options timeline;
  fault_rates rates;
  bool shuffle = false; ///< Services with mail go on in any order; else in that of arrival.
  std::string folder;   ///< For the configuration and the store.
  std::function<void(std::string_view)> log;              ///< Of the master; may be nothing.
  std::shared_ptr<runtime::frame_sink> record;            ///< Takes its journal; may be null.
  std::function<void(std::size_t, std::size_t)> progress; ///< Events played, and of how many.
};

struct stress_report {
  std::vector<sim::violation> violations;
  replay_tally played;
  std::int64_t kills = 0, swaps = 0;
  std::int64_t messages = 0, commits = 0, changes = 0, requests = 0;
  std::map<std::string, std::int64_t> builds; ///< By result.
  span simulated{};
};

class stress final : public sim::driver, public master_probe {
public:
  stress(const recording& of, stress_options how);
  ~stress() override;
  stress_report run();

  // -- master_probe -------------------------------------------------------------------------------
  std::optional<std::string> running_build(const std::string& builder) override;
  std::optional<std::string> open_request() override;
  bool may_fail(const std::string& path) override { return faults_.admit(path, now()); }
  bool expects(const std::string& worker) override;
  void reconfigure(std::size_t setting) override;
  void acknowledged(const wire::jelly& change) override;

private:
  void start_process() override;
  std::optional<span> next_event() const override { return clients_->next_due(); }
  void act(span now) override;
  void message_taken() override;
  void line_logged(std::string_view line) override;
  void write_setting(std::size_t which);
  void quiesce();
  bool all_ended() const;
  stress_report report();

  // stress_end.cpp: how the master must be at the end
  bool is_stored(const wire::jelly& change) const;
  void check_end();
  void check_tree();

  const recording& of_;
  stress_options how_;
  std::vector<model::master> settings_; ///< With all copies.
  std::shared_ptr<master_files> files_;
  faults faults_;
  std::unique_ptr<replay_clients> clients_;
  std::vector<wire::jelly> acknowledged_;
  std::size_t setting_wanted_ = 0;
  std::optional<std::size_t> setting_runs_; ///< None while that is not known.
  bool faults_over_ = false;
};

/// What the simulator's ledger knows of a configuration.
sim::setting as_known(const model::master& from);

} // namespace troupe::players
