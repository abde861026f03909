// LOCKS: master and worker locks (semantics.md §8).
//
// Promises:  a grant is stored before it is told; a lock never has more units out than its count,
//            across failures; the distributor is told of every change.
// Restart:   permanent. Its table is stored with every change and comes from there.
#pragma once

#include "actors/botmaster/locks/lock_table.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::botmaster {

struct locks_config {
  std::vector<model::lock> defined;
  TROUPE_FIELDS(defined)
};
struct locks_state {
  lock_table table;
  std::int64_t granted = 0;
  TROUPE_FIELDS(table, granted)
};

class locks : public runtime::service<locks, locks_config, locks_state> {
public:
  using hears = runtime::messages<acquire_locks, release_locks, report_locks>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override;

  void on(const acquire_locks&);
  void on(const release_locks&);
  void on(const report_locks&);
  /// Of a build: for which locks it, or its step, waits.
  std::optional<causes> explain(const query&) override;

private:
  void changed(const std::vector<lock_wish>& granted);
};

} // namespace troupe::botmaster
