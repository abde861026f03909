// CHANGE MANAGER: the one door through which changes enter the master.
//
// Owns:      the ids of changes and sourcestamps; equal content means the same sourcestamp.
// Promises:  a requester hears `change_accepted` only for a durable change; listeners hear of
// changes in
//            the order of their ids, each once, beginning after the one they name.
// Restart:   permanent. Derived from the store but for its listeners; `/scheduler_manager` is told
//            and has them subscribe again.
#pragma once

#include "actors/caches/caches.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "actors/status/events.hpp"
#include "runtime/service/kind.hpp"
#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::change_svc {

inline constexpr std::string_view change_svc_path = "/change_svc";

/// Take in `what`; its id, parent and sourcestamp are given here. Answered with `change_accepted`
/// or `change_refused`.
struct add_change {
  records::change what;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(what, token, requester)
};
struct change_accepted {
  std::string token;
  change_id id;
  TROUPE_FIELDS(token, id)
};
struct change_refused {
  std::string token;
  std::string message;
  TROUPE_FIELDS(token, message)
};

/// `listener` hears `change_added` for each change after `after`, those stored first.
struct subscribe_changes {
  runtime::address listener;
  change_id after;
  TROUPE_FIELDS(listener, after)
};
struct unsubscribe_changes {
  runtime::address listener;
  TROUPE_FIELDS(listener)
};
/// `what` is stored for good.
struct change_added {
  records::change what;
  TROUPE_FIELDS(what)
};

/// A sourcestamp by its content; `patch` makes it one of its own.
struct stamp_content {
  records::sourcestamp stamp;
  std::optional<records::patch> patch;
  TROUPE_FIELDS(stamp, patch)
};
/// Find or make the ids of `stamps`; answered with `stamps_resolved` once they are stored. `along`
/// comes back with the answer, so that the requester need not remember for what it asked.
struct resolve_stamps {
  std::vector<stamp_content> stamps;
  std::string token;
  runtime::address requester;
  runtime::any_message along;
  TROUPE_FIELDS(stamps, token, requester, along)
};
struct stamps_resolved {
  std::string token;
  std::vector<sourcestamp_id> ids; ///< In the order asked; empty if it could not be done.
  std::string message;             ///< Why not.
  runtime::any_message along;      ///< As it was given.
  TROUPE_FIELDS(token, ids, message, along)
};

/// To itself, once it is.
struct change_stored {
  records::change what;
  TROUPE_FIELDS(what)
};

/// To itself: what the caches did is reported to `/caches`.
struct cache_report_due {
  TROUPE_FIELDS()
};

/// To `/scheduler_manager`: listeners have been forgotten.
struct publisher_restarted {
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
