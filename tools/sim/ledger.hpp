// LEDGER: the committed records, read from the batches on their way to the disk, and the invariants
// that each commit must hold (invariants.hpp). It knows the records and the plan, not the master.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"
#include "storage/store.hpp"
#include "tools/sim/invariants.hpp"
#include "tools/sim/simulated_workers.hpp"
#include "tools/sim/sometimes.hpp"

namespace troupe::sim {

class ledger {
public:
  ledger(const plan& of, const printed_commands& printed, sometimes& seen,
         std::function<void(violation)> report)
    : plan_{of}, printed_{printed}, seen_{seen}, report_{std::move(report)} {
    run_with(of.configured);
  }

  void commit(std::span<const storage::batch* const> batches);
  /// A commit could not be decoded.
  void unreadable(std::string message) { violated(invariant::store_agrees, std::move(message)); }
  /// Reads the store again after the recovery of a restarted master.
  void reload(const storage::snapshot& from, bool compare);
  /// From now on this setting may be in force, besides the former ones.
  void run_with(const setting& what);

  template <class Record>
  using table = std::map<std::int64_t, Record>;
  const table<records::change>& changes() const { return changes_; }
  const table<records::buildset>& buildsets() const { return buildsets_; }
  const table<records::buildrequest>& requests() const { return requests_; }
  const table<records::build>& builds() const { return builds_; }
  const table<records::step>& steps() const { return steps_; }
  const table<records::log>& logs() const { return logs_; }
  const table<records::sourcestamp>& sourcestamps() const { return sourcestamps_; }
  const std::map<std::int64_t, std::set<std::int64_t>>& numbers() const { return numbers_; }
  std::string builder_name(builder_id which) const;
  /// Whether the plan's setting has the builder of `x`. Requests for another variant's builder wait
  /// until it is configured again.
  bool is_configured(const records::buildrequest& x) const;
  std::vector<std::int64_t> open_requests() const;
  std::int64_t running_builds() const { return static_cast<std::int64_t>(running_.size()); }
  /// The stored log of a command.
  struct content {
    std::string tag;
    std::vector<std::int64_t> line_numbers; ///< Numbers in the command's output; -1: not of it.
    std::int64_t next() const;
  };
  const std::map<std::int64_t, content>& contents() const { return contents_; }
  /// The paths of the services' stored states, by key.
  const std::map<std::string, std::string>& states() const { return states_; }

private:
  void take(const storage::operation& op);
  void take_build(records::build now);
  void take_request(records::buildrequest now);
  void take_buildset(records::buildset now);
  void take_step(records::step now);
  void take_log(records::log now);
  void take_chunk(const storage::operation& op);
  void begin_build(const records::build& now);
  void end_build(const records::build& now);
  void end_step(const records::step& now);
  void acquire(const records::step& now, bool of_build);
  void check_fold(const records::build& now);
  /// Deferred until the whole commit is read, because its parts come in any order.
  void when_read(std::function<void()> check) { due_.push_back(std::move(check)); }
  void check_request(const records::buildrequest& now);
  void check_collapse(const records::buildrequest& now);
  std::set<std::optional<std::string>> branches_of(const records::buildrequest& x) const;
  void check_buildset(const records::buildset& now);
  void check_logs(const records::step& now);
  void violated(invariant what, std::string message);
  std::string name_of(const records::build& x) const;
  const planned_builder* planned(const records::build& x) const;

  const plan& plan_;
  const printed_commands& printed_;
  sometimes& seen_;
  std::function<void(violation)> report_;
  std::vector<setting> settings_; ///< All that were ever in force; the first is the plan's.
  table<records::change> changes_;
  table<records::sourcestamp> sourcestamps_;
  table<records::buildset> buildsets_;
  table<records::buildrequest> requests_;
  table<records::build> builds_;
  table<records::step> steps_;
  table<records::log> logs_;
  table<records::builder> builders_;
  table<records::worker> workers_;
  std::map<std::int64_t, content> contents_;                      ///< By log.
  std::map<std::int64_t, std::set<std::int64_t>> numbers_;        ///< Of builds, by builder.
  std::map<std::int64_t, std::int64_t> open_build_;               ///< The running one, by request.
  std::map<std::int64_t, std::int64_t> last_build_;               ///< By request.
  std::map<std::int64_t, std::vector<std::int64_t>> steps_of_;    ///< By build.
  std::map<std::int64_t, std::vector<std::int64_t>> requests_of_; ///< By buildset.
  std::map<std::int64_t, std::vector<std::int64_t>> logs_of_;     ///< By step.
  std::set<std::int64_t> running_;                                ///< Builds.
  struct holder {
    std::int64_t build = 0, step = 0; ///< Step 0: a lock of the build.
    bool counting = true;
  };
  std::map<std::string, std::vector<holder>> holders_; ///< By lock, and worker.
  std::map<std::string, std::string> states_;
  std::set<std::int64_t> open_; ///< Requests that are not complete.
  std::vector<std::function<void()>> due_;
};

} // namespace troupe::sim
