// Who holds which lock and who waits, as plain values (semantics.md §8). Pure.
//
// A master lock has one instance in the master, a worker lock one per worker. Several locks are
// acquired all at once or not at all; a waiter stands in the queue of the first that it can't have,
// holding none, so locks never deadlock with each other. Units asked for by those ahead count.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/botmaster/cause.hpp"
#include "actors/botmaster/locks/messages.hpp"
#include "actors/config/model/model.hpp"

namespace troupe::botmaster {

class lock_table {
public:
  std::vector<lock_wish> held;    ///< Granted.
  std::vector<lock_wish> waiting; ///< In order of arrival.
  TROUPE_FIELDS(held, waiting)

  /// Adds a wish and answers with all that can be granted now, in order.
  std::vector<lock_wish> acquire(lock_wish wish, const std::vector<model::lock>& defined);
  /// Gives back what the party holds, or its place in the queue. An empty part: all of the build.
  std::vector<lock_wish> release(const lock_party& party, const std::vector<model::lock>& defined);
  /// Whether it has or wants any.
  bool knows(const lock_party& party) const;
  /// After `defined` changed.
  std::vector<lock_wish> grant(const std::vector<model::lock>& defined);

  std::map<std::string, lock_figures> figures(const std::vector<model::lock>& defined) const;
};

/// The instance of a lock that an access from `worker` means: "name", or "name@worker".
std::string lock_instance(const std::string& lock, const std::string& worker,
                          const std::vector<model::lock>& defined);

/// Whether all `accesses` could be had right now, or the first instance that could not.
std::string first_busy(const std::vector<lock_access>& accesses, const std::string& worker,
                       const std::vector<model::lock>& defined,
                       const std::map<std::string, lock_figures>& figures);

/// The same in words: every instance that keeps `accesses` from being had, and who is behind it.
/// `requester` is the build that waits, if one does.
causes why_busy(const std::vector<lock_access>& accesses, const std::string& worker,
                const std::vector<model::lock>& defined,
                const std::map<std::string, lock_figures>& figures, const build_namer& name_of,
                instant now, build_id requester = {});

/// Why the build, or a step of it, waits for locks; nothing if it has them all, or wants none.
causes why_it_waits(const lock_table& table, build_id build,
                    const std::vector<model::lock>& defined, const build_namer& name_of,
                    instant now);

/// Accesses as configurations hold them: {"$": "Access", …}, alone or in a list.
result<std::vector<lock_access>> read_accesses(const json& from);

} // namespace troupe::botmaster
