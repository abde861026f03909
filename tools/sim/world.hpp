// WORLD: runs a plan: a master's process after the other, its network, its disk, its workers, and
// whatever the plan lets happen to them; watches the invariants all the time, and at the end lets
// everything be well and sees that all that can end does.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/sim/at_rest.hpp"
#include "tools/sim/clients.hpp"
#include "tools/sim/controls.hpp"
#include "tools/sim/dice.hpp"
#include "tools/sim/process.hpp"
#include "tools/sim/simulated_workers.hpp"

namespace troupe::sim {

/// How a run went. Equal plans give equal ones.
struct outcome {
  std::vector<violation> violations; ///< In order; the run ends at the first.
  std::uint64_t hash = 0;
  std::int64_t turns = 0; ///< Messages taken.
  std::int64_t commits = 0;
  std::int64_t builds = 0;
  std::int64_t lives = 0;       ///< Processes.
  std::int64_t events_done = 0; ///< Of the plan's.
  span simulated{};
  sometimes seen;
};

struct world_options {
  std::string folder;                        ///< Empty, in memory if that can be.
  std::function<void(std::string_view)> log; ///< Takes the masters' log lines; may be nothing.
  std::int64_t turns_max = 50'000'000;       ///< A run that goes on for ever ends in `all_ends`.
};

class world {
public:
  world(const plan& what, world_options options);
  ~world();
  outcome run();

private:
  // world.cpp: time
  void go_on_until(span end);
  void run_turns();
  bool after_turn();
  std::optional<span> next_due() const;
  void configure(const std::string& more = {});
  void start_process();
  void end_process();
  void note_end();
  void heard(std::string_view line);
  void violated(violation what);
  bool over() const { return !outcome_.violations.empty() || outcome_.turns > options_.turns_max; }
  span now() const { return process_ ? process_->elapsed() : idle_until_; }
  void after(span wait, std::function<void()> what);

  // world_events.cpp: what happens
  void happen(const event& what);
  void bring_change(const std::string& branch);
  void type(std::vector<std::string> arguments, shell_client::listener report = {});
  std::vector<std::string> filled(const std::string& line, std::int64_t amount);
  void reconfigure(std::int64_t number, const std::string& more = {});
  void make_fail(const std::string& path);
  std::string chosen(const std::string& pattern, std::int64_t amount);
  bool command(const std::string& path, runtime::any_message what);
  void stall(const std::string& path, std::int64_t ms);
  void connect(std::unique_ptr<peer> who, door where);
  void heal();

  // world_end.cpp: how it must be at the end
  bool is_quiet() const;
  void check_end();
  void check_changes();
  void check_tree();
  void check_held();
  std::string why(std::int64_t request);
  void stop_in_order();

  plan plan_;
  world_options options_;
  outcome outcome_;
  runtime::kind_registry kinds_;
  runtime::logger log_;
  network net_;
  simulated_workers crew_;
  ledger book_;
  disk disk_;
  dice order_; ///< Who of those that have mail goes next.
  std::unique_ptr<process> process_;
  controls controls_;
  span idle_until_{}; ///< Between two processes: the time.
  span starts_at_{};  ///< When there is none.
  span clock_set_{};
  bool stopping_ = false; ///< It was told to.
  bool dying_ = false;
  bool planned_fail_ = false; ///< Since the process began.
  std::size_t next_event_ = 0;
  std::deque<std::pair<std::int64_t, event>> armed_; ///< With the turn at which they happen.
  std::multimap<span, std::function<void()>> later_;
  std::vector<std::unique_ptr<peer>> clients_;
  std::int64_t revisions_ = 0;
  std::int64_t setting_number_ = 0;
  bool refused_ = false; ///< What the file says was made to be refused: another setting runs.
  std::set<std::string> stalled_;
  struct brought {
    std::string branch;
    bool acknowledged = false;
  };
  std::map<std::string, brought> changes_; ///< By revision.
};

} // namespace troupe::sim
