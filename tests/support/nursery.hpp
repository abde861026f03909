// A supervisor on its own, with a clock that stands still until it is told: what it orders is
// written down, and what happens to the children is said by the test.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "runtime/supervision/supervisor.hpp"

namespace troupe::testing {

inline runtime::child_spec
child(std::string name, runtime::restart_policy restart = runtime::restart_policy::permanent) {
  runtime::child_spec spec;
  spec.name = std::move(name);
  spec.restart = restart;
  return spec;
}

inline const std::vector<runtime::child_spec> abc{child("a"), child("b"), child("c")};

inline runtime::supervision with(runtime::restart_strategy strategy, int restarts = 5,
                                 span period = std::chrono::seconds{30}) {
  runtime::supervision how;
  how.strategy = strategy;
  how.restarts_max = restarts;
  how.period = period;
  return how;
}

class nursery final : runtime::supervisor::host {
public:
  explicit nursery(const runtime::supervision& how = {}) : supervisor_{*this, how} {}

  void start_all(const std::vector<runtime::child_spec>& specs) {
    supervisor_.start_all(specs);
    std::erase_if(orders_, [](const auto& line) { return line.starts_with("spawn "); });
  }
  /// Starts `specs` and has all of them ready.
  void run(const std::vector<runtime::child_spec>& specs);
  /// Lets every child do at once what it is told, until nothing is asked of anybody.
  void flush();
  void stop_all() { supervisor_.stop_all(); }

  std::string add(runtime::child_spec spec) { return supervisor_.add(std::move(spec)); }
  std::string remove(const std::string& name) { return supervisor_.remove(name); }
  std::string terminate(const std::string& name) { return supervisor_.terminate(name); }
  std::string restart_child(const std::string& name) { return supervisor_.restart_child(name); }
  std::string forget(const std::string& name) { return supervisor_.forget(name); }
  void respecify(runtime::child_spec spec) { supervisor_.respecify(std::move(spec)); }

  void ready(const std::string& name) { supervisor_.ready(name); }
  void reset(const std::string& name) { supervisor_.reset_done(name); }
  void failed(const std::string& name, const std::string& why) { supervisor_.failed(name, why); }
  void ended(const std::string& name, const std::string& why = {}) { supervisor_.ended(name, why); }

  /// Time passes; what falls due on the way happens in its order.
  void advance(span by);
  /// How long until the next wake-up.
  span until_next() const;

  /// What was ordered since the last call: "start a", "gave up: …".
  std::vector<std::string> orders() { return std::exchange(orders_, {}); }
  std::vector<std::string> names() const { return supervisor_.names(); }
  runtime::child_counts counts() const { return supervisor_.counts(); }
  const runtime::child_spec* find(const std::string& name) const { return supervisor_.find(name); }

private:
  void spawn_child(const runtime::child_spec& spec) override { say("spawn " + spec.name); }
  void order_child(const std::string& name, runtime::child_order what) override;
  instant child_time() const override { return now_; }
  std::uint64_t prng() override { return chance_ += 0x9e3779b97f4a7c15ull; }
  void wake_supervisor(std::string key, span after) override { wakes_[key] = now_ + after; }
  void note(runtime::level, std::string) override {}
  void children_started() override { say("init"); }
  void children_stopped() override { say("stopped"); }
  void children_gave_up(std::string reason) override { say("gave up: " + reason); }
  void children_shut_down(std::string reason) override { say("shut down: " + reason); }
  void child_gone(const std::string& name) override { wakes_.erase("stop:" + name); }

  void say(std::string message) { orders_.push_back(std::move(message)); }

  runtime::supervisor supervisor_;
  std::vector<std::string> orders_;
  std::deque<std::pair<runtime::child_order, std::string>> asked_; ///< Not carried out yet.
  std::map<std::string, instant> wakes_;
  instant now_;
  std::uint64_t chance_ = 1;
};

} // namespace troupe::testing
