#include "actors/caches/caches.hpp"

namespace troupe::caches {

namespace {

/// Of caches that the configuration does not name.
constexpr std::int64_t entries_max_default = 1000;

} // namespace

void cache_manager::on(const cache_used& report) {
  auto& figures = state().figures[report.name];
  figures.hits += report.hits;
  figures.misses += report.misses;
  figures.entries = report.entries;
  auto size = config().sizes.find(report.name);
  figures.entries_max = size == config().sizes.end() ? entries_max_default : size->second;
  send(report.requester, cache_size{report.name, figures.entries_max});
}

const runtime::service_kind& cache_manager::static_kind() {
  static const auto kind =
      runtime::make_kind<cache_manager>("caches", "sizes of the named caches, hits and misses");
  return kind;
}

} // namespace troupe::caches
