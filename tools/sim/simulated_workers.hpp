// SIMULATED WORKERS: the seeded strategy. Each worker's responses follow from the seed; it
// reconnects when its connection is lost, and remembers what it printed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/peers/printed_response.hpp"
#include "tools/peers/scripted_response.hpp"
#include "tools/peers/worker.hpp"
#include "tools/sim/plan.hpp"

namespace troupe::sim {

/// What one command printed, by its tag.
struct printed_command {
  std::string worker, builder;
  std::int64_t lines = 0;         ///< So far.
  std::optional<std::int64_t> rc; ///< Set when it ended.
  peers::byzantine_fault how = peers::byzantine_fault::none;
};
using printed_commands = std::map<std::string, printed_command>;

class simulated_workers final : public peers::strategy, public peers::print_listener {
public:
  /// Notes in `printed` what commands print.
  simulated_workers(const plan& of, network& net, printed_commands& printed);

  class simulated_worker final : public peers::worker {
  public:
    simulated_worker(simulated_workers& in, const planned_worker& how);

    void connected(span now) override;
    void lost(span now) override;
    bool take(std::string_view came, span now) override;

    const planned_worker how;
    span connects_at{}; ///< If it is not connected.
    std::int64_t tries = 0;

  private:
    simulated_workers& in_;
    bool connected_ = false;
  };

  simulated_worker* find(const std::string& name);
  const std::vector<std::unique_ptr<simulated_worker>>& all() const { return workers_; }
  /// Connects the workers that are due.
  void connect_due(span now);
  std::optional<span> next_due() const;
  /// From now on every worker is quick and commits no byzantine fault.
  void quiesce(span now);

  /// How the next command of a worker goes.
  peers::conduct draw_conduct(const std::string& worker, const std::string& builder);

  // -- strategy, print_listener -------------------------------------------------------------------
  std::unique_ptr<peers::response> respond(const peers::command& what,
                                           const wire::jelly& args) override;
  void printed(const peers::conduct& how, std::int64_t lines, std::int64_t bytes) override;
  void ended(const peers::conduct& how, std::int64_t rc) override;

private:
  std::uint64_t seed_;
  network& net_;
  printed_commands& printed_;
  bool quiesced_ = false;
  peers::worker_tally count_;
  peers::stock_scripts scripts_;
  std::vector<std::unique_ptr<simulated_worker>> workers_;
  std::int64_t away_ = 0;                     ///< Workers that are not connected.
  std::map<std::string, std::int64_t> begun_; ///< Commands of each worker.
};

} // namespace troupe::sim
