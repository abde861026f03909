// FAULTS: which services fail or are swapped during a replay: so many for each 1000 messages, but
// no more failures than supervision tolerates.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/describe.hpp"
#include "tools/sim/dice.hpp"

namespace troupe::players {

struct fault_rates {
  double kill = 0, swap = 0; ///< For each 1000 messages.
};

class faults {
public:
  /// `below` lists the children of a path.
  using listing = std::function<std::vector<std::string>(const std::string& path)>;

  faults(fault_rates how, std::uint64_t seed, bool shell_too, listing below);

  /// The total of messages taken so far.
  void messages(std::int64_t count);
  /// The path of a service to make fail now, if a failure is due and tolerated.
  std::optional<std::string> next_kill(span now);
  std::optional<std::string> next_swap();
  /// Whether supervision tolerates a failure of the service now; if so, it is counted.
  bool admit(const std::string& path, span now);

  std::int64_t kills() const { return kills_; }
  std::int64_t swaps() const { return swaps_; }

private:
  std::string choose();
  static std::size_t allowance(const std::string& parent);

  fault_rates how_;
  sim::dice chance_;
  std::vector<std::string> patterns_;
  listing below_;
  double kills_due_ = 0, swaps_due_ = 0;
  std::int64_t messages_ = 0, kills_ = 0, swaps_ = 0;
  std::map<std::string, std::deque<span>> failed_; ///< Times of recent failures, by parent.
};

} // namespace troupe::players
