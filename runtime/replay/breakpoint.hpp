// BREAKPOINTS: where a replay stops: before an event of some service, or behind one that changed a
// field of its state. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "storage/describe.hpp"
#include "storage/json.hpp"

namespace troupe::runtime {

/// `*` stands for any characters, also '/'; all else for itself.
bool matches(std::string_view pattern, std::string_view text);

struct breakpoint {
  std::int64_t number = 0;
  bool watch = false; ///< Stop behind an event that changed `field` of the state.
  std::string path;   ///< Pattern of the service's.
  std::string type;   ///< Pattern of what is done: a message's type, "idle", …; empty: any.
  std::string field;  ///< Of the message, or of the state that is watched; empty: none.
  json value;         ///< Which the message's field has.
  std::int64_t hits = 0;
  TROUPE_FIELDS(number, watch, path, type, field, value, hits)

  /// Whether an event at `cell` is one; `fields` (null: not known) are those of its message.
  bool stops(std::string_view cell, std::string_view doing, const json& fields) const;
};

/// What a watched field was, and what it has become; null if it is not there.
struct field_change {
  std::int64_t number = 0; ///< Of the watch.
  std::string path, field;
  json before, after;
  TROUPE_FIELDS(number, path, field, before, after)
};

/// The watched fields of services, as they were last.
class watched_fields {
public:
  void clear() { seen_.clear(); }
  /// What `watch` finds changed in the state of the service at `path`, if it was seen before.
  std::optional<field_change> look(const breakpoint& watch, const std::string& path,
                                   const json& state);

private:
  std::map<std::pair<std::int64_t, std::string>, json> seen_;
};

} // namespace troupe::runtime
