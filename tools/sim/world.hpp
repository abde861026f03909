// WORLD: runs a plan: one process of the master after the other, with simulated workers and
// clients, and the plan's events. It watches the invariants all the time. At the end it quiesced:
// faults cease, and all that can end must.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/peers/shell_client.hpp"
#include "tools/sim/driver.hpp"
#include "tools/sim/simulated_workers.hpp"

namespace troupe::sim {

/// How a run went. Equal plans give equal ones.
struct outcome {
  std::vector<violation> violations; ///< In order; the run ends at the first.
  std::uint64_t hash = 0;
  std::int64_t messages = 0; ///< That its masters have taken.
  std::int64_t commits = 0;
  std::int64_t builds = 0;
  std::int64_t lives = 0;       ///< Processes.
  std::int64_t events_done = 0; ///< Of the plan's.
  span simulated{};
  sometimes seen;
};

class world final : public driver {
public:
  world(const plan& what, driver_options options);
  ~world() override;
  outcome run();

private:
  // world.cpp: the process, time
  void start_process() override;
  std::optional<span> next_event() const override;
  void act(span now) override;
  void message_taken() override;
  bool nothing_ready() override;
  void line_logged(std::string_view line) override;
  void configure(const std::string& more = {});
  void end_process();
  void handle_end();
  void after(span wait, std::function<void()> what);

  // world_events.cpp: the plan's events
  void apply(const event& what);
  void send_change(const std::string& branch);
  void type(std::vector<std::string> command, peers::shell_client::listener report = {});
  std::vector<std::string> with_names(const std::string& line, std::int64_t amount);
  void reconfigure(std::int64_t number, const std::string& more = {});
  void inject_failure(const std::string& path);
  std::string pick_path(const std::string& pattern, std::int64_t amount);
  bool command(const std::string& path, runtime::any_message what);
  void stall(const std::string& path, std::int64_t ms);
  void connect(std::unique_ptr<peer> who, peers::port where);
  void quiesce();

  // world_end.cpp: how the master must be at the end
  bool is_quiet() const;
  void check_end();
  void check_changes();
  void check_tree();
  std::string why(std::int64_t request);
  void stop_in_order();

  outcome outcome_;
  simulated_workers workers_;
  span clock_set_{};
  bool stopping_ = false;         ///< It was told to.
  bool failure_injected_ = false; ///< Since the process began.
  std::size_t next_event_ = 0;
  /// With the number of messages after which they apply.
  std::deque<std::pair<std::int64_t, event>> armed_;
  std::multimap<span, std::function<void()>> later_;
  std::vector<std::unique_ptr<peer>> clients_;
  std::int64_t revisions_ = 0;
  std::int64_t setting_number_ = 0;
  bool refused_ = false; ///< The file holds a setting made to be refused: another one runs.
  std::set<std::string> stalled_;
  struct sent_change {
    std::string branch;
    bool acknowledged = false;
  };
  std::map<std::string, sent_change> changes_; ///< By revision.
};

} // namespace troupe::sim
