// PROCESS: one life of a simulated master, from its start to its end or its death: the real tree on
// a real store, on the calling thread, in virtual time. The folder, the network and the disk
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
  struct scheduler_context {
    std::string folder; ///< With the configuration and the store.
    std::uint64_t seed = 0;
    span elapsed{};   ///< On the simulator's clock, when it begins.
    span clock_set{}; ///< By which the wall clock was set so far.
    runtime::logger& log;
    runtime::kind_registry& kinds;
    network& net;
    disk& platter;
    std::string config_file = "master.lua";
  };

  /// Opens the store, puts it in order and starts the tree; throws `failed` if that is refused.
  explicit process(const scheduler_context& at);
  /// Dies, if it has not ended.
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
  /// The whole tree was ready once.
  bool is_up() const { return up_; }

private:
  scheduler_context at_;
  std::unique_ptr<storage::store> store_;
  master::recovered found_;
  std::unique_ptr<runtime::system> sys_;
  std::unique_ptr<runtime::stepper> steps_;
  std::shared_ptr<runtime::sink> io_loop_;
  std::optional<std::string> ended_;
  bool up_ = false;
};

} // namespace troupe::sim
