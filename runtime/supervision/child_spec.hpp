// How a node of the tree is started, restarted and stopped: data. A tree of them is what is wanted
// to run; reconcile.hpp compares two.
#pragma once

#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/json.hpp"

namespace troupe::runtime {

/// When a service that ended is begun again (OTP's words).
enum class restart_policy : int {
  permanent, ///< Always.
  transient, ///< After a failure, not after an orderly end.
  temporary, ///< Never.
};
constexpr auto names_of(restart_policy) {
  return std::array<std::string_view, 3>{"permanent", "transient", "temporary"};
}

/// Who is restarted with a child that failed.
enum class restart_strategy : int { one_for_one, one_for_all, rest_for_one };
constexpr auto names_of(restart_strategy) {
  return std::array<std::string_view, 3>{"one_for_one", "one_for_all", "rest_for_one"};
}

/// Whether the orderly end of significant children ends their parent, in good order too.
enum class shutdown_rule : int {
  never,
  any_significant, ///< As soon as one of them has ended by itself.
  all_significant, ///< When the last of them has.
};
constexpr auto names_of(shutdown_rule) {
  return std::array<std::string_view, 3>{"never", "any_significant", "all_significant"};
}

/// How a node treats its children. More than `restarts_max` restarts within `period`: it stops them
/// and fails itself. Pauses between restarts grow from `pause_min` by half-random doubling; the
/// first within a period comes at once.
struct supervision {
  restart_strategy strategy = restart_strategy::one_for_one;
  std::int32_t restarts_max = 5;
  span period = std::chrono::seconds{30};
  span pause_min = std::chrono::milliseconds{10};
  span pause_max = std::chrono::seconds{10};
  shutdown_rule auto_shutdown = shutdown_rule::never;
  TROUPE_FIELDS(strategy, restarts_max, period, pause_min, pause_max, auto_shutdown)
};

/// Values of `stop_patience`: without a limit; not even asked.
inline constexpr span unlimited = span::max();
inline constexpr span kill_at_once = span{0};

struct child_spec {
  std::string name; ///< One segment of a path, unique among siblings.
  std::string kind; ///< A registered kind of service.
  bytes config;     ///< The stored form of the kind's configuration.
  restart_policy restart = restart_policy::permanent;
  bool significant = false; ///< For `auto_shutdown`; never of a permanent child.
  span start_patience = std::chrono::seconds{30}; ///< To be ready, then it has failed; 0: no limit.
  span stop_patience = std::chrono::seconds{5};   ///< To end when asked, then it is killed.
  std::int64_t mailbox_max = 0; ///< Messages that may wait (0: any number); more are refused.
  bool detached = false;        ///< A thread of its own: it blocks.
  bool dynamic = false;         ///< Started by the service in its parent, not by the configuration.
  std::vector<std::string> after; ///< Siblings that must be ready before it starts.
  supervision children_policy;
  std::vector<child_spec> children; ///< In start order; stopped in reverse.
  TROUPE_FIELDS(name, kind, config, restart, significant, start_patience, stop_patience,
                mailbox_max, detached, dynamic, after, children_policy, children)
};

/// Siblings in start order: each behind those it names in `after`, otherwise as they were listed.
/// Refused if one names a sibling that is not there, or if they wait for each other in a circle.
result<std::vector<child_spec>> in_start_order(std::vector<child_spec> siblings);

/// The path of a child of `parent`.
inline std::string child_path(std::string_view parent, std::string_view name) {
  return parent == "/" ? "/" + std::string{name} : std::string{parent} + "/" + std::string{name};
}

} // namespace troupe::runtime
