// LIVE: copies of a recording, replayed over sockets to a master that runs. The replay neither
// stops nor reconfigures the master; it observes it through its shell.
#pragma once

#include "tools/peers/socket_loop.hpp"
#include "tools/players/faults.hpp"
#include "tools/players/replay_clients.hpp"

namespace troupe::players {

struct live_options {
  timeline_options timeline;
  fault_rates rates;
  peers::socket_loop::addresses at;
  credentials who;
  std::function<bool()> interrupted;
  std::function<void(std::size_t, std::size_t)> progress; ///< Events played, and of how many.
};

struct live_report {
  std::vector<std::string> problems; ///< Empty: all was played, and the master is quiet.
  replay_tally played;
  std::int64_t kills = 0, swaps = 0;
  std::int64_t messages = 0;            ///< That the master's services took; an estimate.
  std::int64_t builds = 0, changes = 0; ///< New ones.
  std::int64_t bytes = 0;
  span took{};
};

class live final : public master_probe {
public:
  live(const recording& of, live_options how);
  live_report run();

  // -- master_probe -------------------------------------------------------------------------------
  std::optional<std::string> running_build(const std::string& builder) override;
  std::optional<std::string> open_request() override;
  bool may_fail(const std::string& path) override { return faults_.admit(path, at_.now()); }
  bool expects(const std::string& worker) override { return how_.who.workers.contains(worker); }
  void reconfigure(std::size_t) override {}
  void acknowledged(const wire::jelly&) override {}

private:
  using answer = std::function<void(const json& content)>;

  void ask(std::vector<std::string> arguments, answer on_answer);
  void poll();
  void on_status(const json& content);
  void on_tree(const json& content);
  void on_builds(const json& content);
  void on_requests(const json& content);
  void do_faults();
  bool await_first_poll();
  bool is_quiet() const;
  bool is_stalled() const;
  void conclude();

  const recording& of_;
  live_options how_;
  live_report report_;
  peers::socket_loop at_;
  sim::dice chance_;
  faults faults_;
  std::unique_ptr<replay_clients> clients_;
  std::vector<std::unique_ptr<peers::peer>> requesters_;
  span polls_at_{};
  std::int64_t polls_ = 0; ///< That were answered completely.
  std::int64_t polls_begun_ = 0;
  std::int64_t answers_ = 0;                                ///< To the current poll.
  std::map<std::string, std::int64_t> taken_;               ///< Messages, by path.
  std::map<std::string, std::vector<std::string>> running_; ///< Builds on our workers, by builder.
  std::set<std::int64_t> open_, open_before_;               ///< Requests.
  std::int64_t builds_running_ = 0;
  std::optional<std::int64_t> builds_before_, changes_before_;
  std::string last_figures_;
  span progressed_at_{}; ///< When those changed last.
  std::int64_t quiet_polls_ = 0;
};

} // namespace troupe::players
