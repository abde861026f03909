// What is asked of the locks and what they answer (semantics.md §8).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/mail/address.hpp"
#include "storage/field_history.hpp"
#include "storage/records/ids.hpp"

namespace troupe::botmaster {

inline constexpr std::string_view locks_path = "/botmaster/locks";

/// One access to a lock (§8.1).
struct lock_access {
  std::string lock;
  bool exclusive = false;
  std::int64_t count = 1;
  TROUPE_FIELDS(lock, exclusive, count)
};

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

/// Wait for all of `wish`; answered with `locks_acquired`.
struct acquire_locks {
  lock_wish wish;
  TROUPE_FIELDS(wish)
};
struct locks_acquired {
  lock_party party;
  TROUPE_FIELDS(party)
};
/// Give back, or stop waiting. An empty part: everything of the build.
struct release_locks {
  lock_party party;
  TROUPE_FIELDS(party)
};
/// To the distributor.
struct locks_are {
  std::map<std::string, lock_figures> figures;
  TROUPE_FIELDS(figures)
};
struct report_locks {
  TROUPE_FIELDS()
};

} // namespace troupe::botmaster
