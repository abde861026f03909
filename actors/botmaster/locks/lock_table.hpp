// Who holds which lock and who waits, as plain values (semantics.md §8). Pure.
//
// A master lock has one instance in the master, a worker lock one per worker. Several locks are
// acquired all at once or not at all; a waiter stands in the queue of the first that it can't have,
// holding none, so locks never deadlock with each other. Units asked for by those ahead count.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/botmaster/requests.hpp"
#include "actors/config/model/model.hpp"
#include "storage/field_history.hpp"

namespace troupe::botmaster {

/// Someone who wants or has locks: a build, or a step of one.
struct lock_party {
  build_id build;
  std::string part; ///< "build", or "step N".
  TROUPE_FIELDS(build, part)
};

struct lock_wish {
  lock_party party;
  std::string worker;
  std::vector<lock_access> accesses;
  runtime::address requester;
  instant since;
  std::string waits_for; ///< The instance in whose queue it stands.
  std::optional<instant> granted_at;
  TROUPE_FIELDS(party, worker, accesses, requester, since, waits_for, granted_at)
};

/// What somebody holds or wants of an instance.
struct lock_share {
  build_id build;
  std::int64_t units = 1;
  bool exclusive = false;
  instant since;
  TROUPE_FIELDS(build, units, exclusive, since)
};

/// One instance as the distributor sees it.
struct lock_figures {
  std::int64_t held = 0;
  bool exclusive = false; ///< Held exclusively.
  std::int64_t waiting = 0;
  std::int64_t max = 1;
  std::vector<lock_share> holders;
  std::vector<lock_share> queue; ///< Those who wait for this instance, first come, first served.
  TROUPE_FIELDS(held, exclusive, waiting, max, holders, queue)
  static void troupe_history(field_history& past) {
    past.retyped("holders", [](const std::vector<std::int64_t>& builds) {
      std::vector<lock_share> shares;
      for (auto build : builds)
        shares.push_back({build_id{build}, 1, false, {}});
      return shares;
    });
  }
};

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
