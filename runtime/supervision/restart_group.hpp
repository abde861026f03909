// Children that are restarted together (one_for_all, rest_for_one): the group goes down in reverse,
// one after the other, and comes up in start order after a pause.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "runtime/supervision/child_orders.hpp"

namespace troupe::runtime {

class restart_group {
public:
  /// All three outlive it.
  restart_group(child_table& children, child_orders& orders, supervisor_host& host)
    : children_{children}, orders_{orders}, host_{host} {}

  /// Restarts the children from place `first` on, but for those that are halted. True if all of
  /// them are up again: the group is no more. So do the next two answer.
  bool begin(std::size_t first, span pause);
  /// One of its children has gone down, come up or ended.
  bool proceed();
  /// The pause between its fall and its rise is over.
  bool pause_over();
  /// There is no group any more; failures that came meanwhile are kept.
  void clear();
  /// Nor are they kept.
  void abandon();

  bool active() const noexcept { return !names_.empty(); }
  bool falling() const noexcept { return at_ == phase::falling; }
  bool rising() const noexcept { return at_ == phase::rising; }
  bool contains(const std::string& name) const;

  /// A child has failed that has to wait until the group is up.
  void defer(const std::string& name) { deferred_.push_back(name); }
  /// The first that waits, who then waits no more.
  std::optional<std::string> take_deferred();

private:
  enum class phase { none, falling, waiting, rising };

  bool fall();
  bool rise();

  child_table& children_;
  child_orders& orders_;
  supervisor_host& host_;
  std::vector<std::string> names_;
  phase at_ = phase::none;
  span pause_{0};
  std::deque<std::string> deferred_;
};

} // namespace troupe::runtime
