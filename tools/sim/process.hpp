// PROCESS: one process of a simulated master, from its start to its end or its crash: the real tree
// on a real store, on the calling thread, in virtual time. The folder, the network and the disk
// outlive it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/master/recovery.hpp"
#include "runtime/cell/stepper.hpp"
#include "runtime/cell/system.hpp"
#include "tools/sim/disk.hpp"
#include "tools/sim/network.hpp"

namespace troupe::sim {

class process {
public:
  struct environment {
    std::string folder; ///< With the configuration and the store.
    std::uint64_t seed = 0;
    span elapsed{};   ///< On the simulator's clock, when it begins.
    span clock_set{}; ///< Sum of the jumps of the wall clock so far.
    runtime::logger& log;
    runtime::kind_registry& kinds;
    network& net;
    disk& simulated_disk;
    std::string config_file = "master.lua";
  };

  /// Opens the store, recovers it and starts the tree; throws `failed` if that is refused.
  explicit process(const environment& at);
  /// Kills the process if it has not ended.
  ~process();

  runtime::system& sys() { return *sys_; }
  runtime::stepper& steps() { return *steps_; }
  const storage::store& store() const { return *store_; }
  const master::recovered& found() const { return found_; }
  /// On the simulator's clock.
  span elapsed() const { return at_.elapsed + steps_->elapsed(); }
  void set_clock(span by);
  /// Why it has ended; empty: it was told to.
  const std::optional<std::string>& ended() const { return ended_; }
  /// Whether the whole tree has been ready.
  bool is_up() const { return up_; }

private:
  environment at_;
  std::unique_ptr<storage::store> store_;
  master::recovered found_;
  std::unique_ptr<runtime::system> sys_;
  std::unique_ptr<runtime::stepper> steps_;
  std::shared_ptr<runtime::sink> io_loop_;
  std::optional<std::string> ended_;
  bool up_ = false;
};

} // namespace troupe::sim
