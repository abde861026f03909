// CHANGE MANAGER: the one door through which changes enter the master.
//
// Owns:      the ids of changes and sourcestamps; equal content means the same sourcestamp.
// Promises:  a requester hears `change_accepted` only for a durable change; listeners hear of
//            changes in the order of their ids, each once, beginning after the one they name.
// Restart:   permanent. Derived from the store but for its listeners; `/scheduler_manager` is told
//            and has them subscribe again.
#pragma once

#include "actors/caches/caches.hpp"
#include "actors/change_svc/messages.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "actors/status/events.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::change_svc {

/// To itself, once it is.
struct change_stored {
  records::change what;
  TROUPE_FIELDS(what)
};

/// To itself: what the caches did is reported to `/caches`.
struct cache_report_due {
  TROUPE_FIELDS()
};

struct change_manager_config {
  runtime::address listeners_parent; ///< Hears `publisher_restarted`.
  std::optional<json> codebase_generator;
  std::optional<json> revlink;
  TROUPE_FIELDS(listeners_parent, codebase_generator, revlink)
};
struct change_manager_state {
  change_id next_change;
  change_id announced; ///< The newest that listeners have heard of.
  sourcestamp_id next_stamp;
  patch_id next_patch;
  std::map<std::string, runtime::address> listeners;
  /// Digest of content to id. Those that are not in the store yet are kept in any case, as are such
  /// changes.
  std::map<std::uint64_t, std::pair<records::sourcestamp, sourcestamp_id>> fresh_stamps;
  std::map<std::uint64_t, change_id> newest; ///< By branch, repository, project, codebase.
  sourcestamp_id stored_stamp;               ///< It and all before it are in the store.
  caches::cache_used stamps_used{.name = "SourceStamps"}; ///< Since the last report.
  caches::cache_used changes_used{.name = "Changes"};
  std::map<std::string, std::int64_t> cache_sizes; ///< By the names of the two.
  bool report_waits = false;
  TROUPE_FIELDS(next_change, announced, next_stamp, next_patch, listeners, fresh_stamps, newest,
                stored_stamp, stamps_used, changes_used, cache_sizes, report_waits)
};

class change_manager
  : public runtime::service<change_manager, change_manager_config, change_manager_state> {
public:
  using hears =
      runtime::messages<add_change, subscribe_changes, unsubscribe_changes, resolve_stamps,
                        change_stored, caches::cache_size, cache_report_due>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void terminate(const std::string& reason) override;

  void on(const add_change&);
  void on(const subscribe_changes&);
  void on(const unsubscribe_changes&);
  void on(const resolve_stamps&);
  void on(const change_stored&);
  void on(const caches::cache_size&);
  void on(const cache_report_due&) { report_caches(); }

private:
  sourcestamp_id stamp_for(records::sourcestamp content, runtime::transaction& work);
  change_id parent_of(const records::change& what);
  void complete(records::change& what);
  void count(caches::cache_used& of, bool hit);
  void trim_caches();
  void report_caches();

  std::unique_ptr<model::function_runner> functions_; ///< A cache, not state.
};

} // namespace troupe::change_svc
