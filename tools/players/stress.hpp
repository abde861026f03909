// STRESS: copies of a recording played to a whole master in virtual time, configured as the
// recorded one was, while its services fail and are swapped; and what must hold of the master
// meanwhile and when all is quiet (tools/sim/invariants.hpp).
#pragma once

#include "runtime/journal/journal.hpp"
#include "tools/players/faults.hpp"
#include "tools/players/replay_clients.hpp"
#include "tools/sim/at_rest.hpp"
#include "tools/sim/controls.hpp"
#include "tools/sim/process.hpp"

namespace troupe::players {

struct stress_options {
  score_options timeline;
  fault_rates rates;
  bool shuffle = false; ///< Whoever has mail goes next, in any order; else in that of arrival.
  std::string folder;   ///< For the configuration and the store.
  std::function<void(std::string_view)> log;              ///< Of the master; may be nothing.
  std::shared_ptr<runtime::frame_sink> record;            ///< Takes its journal; may be nobody.
  std::function<void(std::size_t, std::size_t)> progress; ///< Cues played, and of how many.
};

struct stress_report {
  std::vector<sim::violation> violations;
  company_tally played;
  std::int64_t kills = 0, swaps = 0;
  std::int64_t messages = 0, commits = 0, changes = 0, requests = 0;
  std::map<std::string, std::int64_t> builds; ///< By result.
  span simulated{};
};

class stress final : public transport, public master_probe {
public:
  stress(const recording& of, stress_options how);
  ~stress();
  stress_report run();

  // -- venue --------------------------------------------------------------------------------------
  bool connect(sim::peer& who, sim::door where) override { return net_.connect(who, where) > 0; }
  bool is_connected(const sim::peer& who) const override { return net_.is_connected(who); }
  void cut(sim::peer& who) override { net_.cut(who, "closed by the peer"); }

  // -- prompter -----------------------------------------------------------------------------------
  std::optional<std::string> running_build(const std::string& builder) override;
  std::optional<std::string> open_request() override;
  bool may_fail(const std::string& path) override { return faults_.admit(path, now()); }
  bool expects(const std::string& worker) override;
  void reconfigure(std::size_t setting) override;
  void acknowledged(const wire::jelly& change) override;

private:
  void go_on_until(span end);
  void run_turns();
  void after_turn();
  std::optional<span> next_due() const;
  void heard(std::string_view line);
  void violated(sim::violation what);
  bool over() const { return !report_.violations.empty(); }
  span now() const { return process_->elapsed(); }
  void write_setting(std::size_t which);
  void drain();
  bool drained() const;
  void sum_up();

  // stress_end.cpp: how it must be at the end
  bool is_stored(const wire::jelly& change) const;
  void check_end();
  void check_tree();
  void check_held();

  const recording& of_;
  stress_options how_;
  stress_report report_;
  std::vector<model::master> settings_; ///< With all copies.
  sim::plan plan_;                      ///< What the ledger knows of the setting,
  sim::plan nobody_;                    ///< and of the crew: nothing, players are no crew.
  sim::sometimes seen_;
  runtime::kind_registry kinds_;
  runtime::logger log_;
  std::shared_ptr<master_files> files_;
  sim::network net_;
  sim::simulated_workers crew_;
  sim::ledger book_;
  sim::disk disk_;
  sim::dice order_; ///< Who of those that have mail goes next, and other choices.
  faults faults_;
  std::unique_ptr<replay_clients> company_;
  std::vector<wire::jelly> acknowledged_;
  std::size_t setting_wanted_ = 0;
  std::optional<std::size_t> setting_runs_; ///< That which is known to.
  bool faults_over_ = false, ending_ = false;
  sim::controls controls_;
  std::unique_ptr<sim::process> process_;
};

/// What the simulator's ledger knows of a configuration.
sim::setting as_known(const model::master& from);

} // namespace troupe::players
