// Which workers of a builder could take one of its builds now, and why the others cannot: pure,
// from what the distributor knows (semantics.md §5.3).
#pragma once

#include "actors/botmaster/brd/state.hpp"

namespace troupe::botmaster {

/// Those that could, in the order of the configuration; locks are another matter.
std::vector<std::string> ready_workers(const distributed_builder& builder,
                                       const distributor_state& is);

/// The locks that a build of the builder needs on that worker; none if they are rendered for each
/// build, which then waits itself.
std::vector<lock_access> accesses_for(const distributed_builder& builder,
                                      const known_worker& worker);

/// What the explanations below look at.
struct distributor_view {
  const distributor_config& config;
  const distributor_state& is;
  const build_namer& name_of;
  instant now;
};

/// Everything that keeps the others away, what lasts longest first for each worker; those come
/// first that are likely to be ready first: busy ones, then such as rest or attach, paused ones,
/// absent ones.
causes why_unready(const distributed_builder& builder, const distributor_view& from);

/// The builds that fill a worker up; nothing if it has room.
causes why_full(const std::string& worker, const distributor_view& from);

/// The locks that keep the builder off that worker.
causes why_locked_out(const distributed_builder& builder, const std::string& worker,
                      const distributor_view& from);

/// Names of the builds that run on it for us.
std::vector<std::string> builds_on(const known_worker& worker, const build_namer& name_of);

/// When the build was claimed, as long as it is.
std::optional<instant> claimed_at(build_id build, const distributor_state& is);

} // namespace troupe::botmaster
