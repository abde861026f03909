// DRIVER: runs a simulated master in virtual time, one message after the other, between its network
// and its disk. Heirs decide what happens to it from outside: a plan (world) or the replay of a
// recording (players/stress).
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tools/sim/at_rest.hpp"
#include "tools/sim/controls.hpp"
#include "tools/sim/dice.hpp"
#include "tools/sim/process.hpp"

namespace troupe::sim {

struct driver_options {
  std::string folder; ///< For the configuration and the store. Empty, in memory if that can be.
  std::function<void(std::string_view)> log; ///< Takes the master's log lines; may be nothing.
  /// Ends a run that does not end by itself.
  std::int64_t messages_max = std::numeric_limits<std::int64_t>::max();
  std::string config_file = "master.lua";
};

class driver {
public:
  virtual ~driver() = default;

protected:
  driver(plan what, driver_options options);
  driver(const driver&) = delete;

  // -- what heirs add -----------------------------------------------------------------------------
  /// Called when `starts_at_` has passed and no process runs.
  virtual void start_process() = 0;
  /// When `act` has something to do.
  virtual std::optional<span> next_event() const = 0;
  /// Performs what is due outside the master.
  virtual void act(span now) = 0;
  /// The master has taken a message.
  virtual void message_taken() = 0;
  /// No message is ready. False: nothing waited for that.
  virtual bool nothing_ready() { return false; }
  virtual void line_logged(std::string_view line) = 0;

  // -- time ---------------------------------------------------------------------------------------
  void run_until(span end);
  /// Until no message is ready.
  void run_messages();
  span now() const { return process_ ? process_->elapsed() : idle_until_; }

  // -- the process --------------------------------------------------------------------------------
  void launch(std::uint64_t seed, span clock_set = {});
  void kill();

  // -- findings -----------------------------------------------------------------------------------
  void violated(violation what);
  bool over() const { return !violations_.empty() || messages_ > options_.messages_max; }
  violation_listener reporter() {
    return [this](violation x) { violated(std::move(x)); };
  }
  /// No lock is held, no build is left; `run` delivers the answer of the locks.
  void check_nothing_left(const std::function<void()>& run);

  plan plan_;
  driver_options options_;
  std::vector<violation> violations_;
  sometimes seen_;
  std::int64_t messages_ = 0; ///< That the master has taken.
  runtime::kind_registry kinds_;
  runtime::logger log_;
  network net_;
  printed_commands printed_;
  ledger ledger_;
  disk disk_;
  dice order_; ///< Which service with mail takes its next message.
  controls controls_;
  std::unique_ptr<process> process_;
  span starts_at_{}; ///< When no process runs.

private:
  void heard(std::string_view line);
  std::optional<span> next_due() const;

  span idle_until_{}; ///< The time between two processes.
  bool dying_ = false;
};

} // namespace troupe::sim
