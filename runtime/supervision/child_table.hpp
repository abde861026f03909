// The children of a supervisor, in start order and by name.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

/// Where a child is in its life.
enum class child_phase { down, starting, up, waiting, resetting, stopping, halted };

/// A child, as its supervisor knows it.
struct supervised_child {
  child_spec spec;
  child_phase at = child_phase::down;
  std::string reason;               ///< Of the last failure.
  bool keep = false;                ///< Terminated, not removed.
  std::unique_ptr<child_spec> next; ///< To begin under this name when the present one is gone.
};

/// Children by what they do, as OTP's count_children.
struct child_counts {
  std::int64_t specified = 0;
  std::int64_t active = 0;   ///< Ready.
  std::int64_t starting = 0; ///< On the way up, or waiting for their restart.
  std::int64_t halted = 0;   ///< Terminated by command, kept for `restart_child`.
  TROUPE_FIELDS(specified, active, starting, halted)
};

/// A child stays where it is in memory until it is erased.
class child_table {
public:
  /// The last one in start order, down; its name is new.
  supervised_child& append(child_spec spec);
  void erase(std::size_t place);

  bool empty() const noexcept { return children_.empty(); }
  std::size_t size() const noexcept { return children_.size(); }
  supervised_child& operator[](std::size_t place) { return *children_[place]; }
  supervised_child& back() { return *children_.back(); }
  /// Null if there is none of that name.
  supervised_child* find(const std::string& name);
  const supervised_child* find(const std::string& name) const;
  /// The place of a child in start order.
  std::size_t index_of(const supervised_child& one) const;
  /// A significant child lives that has not been told to stop.
  bool any_significant() const;

  std::vector<std::string> names() const;
  child_counts counts() const;

private:
  std::vector<std::unique_ptr<supervised_child>> children_;
  std::unordered_map<std::string, supervised_child*> by_name_;
};

} // namespace troupe::runtime
