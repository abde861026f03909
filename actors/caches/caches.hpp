// CACHES: Buildbot's CacheManager: how large the named caches may be, and how well they serve.
//
// Services keep their caches themselves, bounded as it tells them, and report hits and misses:
// `/change_svc` those of sourcestamps ("SourceStamps") and of the newest changes ("Changes").
// Restart:   permanent; counts begin again.
#pragma once

#include "runtime/service/kind.hpp"

namespace troupe::caches {

inline constexpr std::string_view caches_path = "/caches";

/// What a cache did since its last report. Answered with `cache_size`.
struct cache_used {
  std::string name;
  std::int64_t hits = 0, misses = 0, entries = 0;
  runtime::address requester;
  TROUPE_FIELDS(name, hits, misses, entries, requester)
};
struct cache_size {
  std::string name;
  std::int64_t entries_max = 0;
  TROUPE_FIELDS(name, entries_max)
};

struct caches_config {
  std::map<std::string, std::int64_t> sizes; ///< By name, as `c.caches`.
  TROUPE_FIELDS(sizes)
};
struct cache_figures {
  std::int64_t hits = 0, misses = 0, entries = 0, entries_max = 0;
  TROUPE_FIELDS(hits, misses, entries, entries_max)
};
struct caches_state {
  std::map<std::string, cache_figures> figures;
  TROUPE_FIELDS(figures)
};

class cache_manager : public runtime::service<cache_manager, caches_config, caches_state> {
public:
  using hears = runtime::messages<cache_used>;
  static const runtime::service_kind& static_kind();
  void on(const cache_used&);
};

} // namespace troupe::caches
