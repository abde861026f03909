// A buildset (what was asked for at once) and its build requests (one per builder).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"
#include "storage/records/property.hpp"
#include "storage/records/results.hpp"
#include "storage/schema.hpp"

namespace troupe::records {

struct buildset {
  buildset_id id;
  std::optional<std::string> external_idstring;
  std::string reason;
  instant submitted_at;
  bool complete = false;
  std::optional<instant> complete_at;
  std::optional<result_code> results;
  std::optional<build_id> parent_buildid;
  std::optional<std::string> parent_relationship;
  std::optional<build_id> rebuilt_buildid;
  std::vector<sourcestamp_id> sourcestamps; ///< One per codebase.
  property_map properties;
  std::string scheduler; ///< Name of the scheduler that made it, or "rebuild".
  TROUPE_FIELDS(id, external_idstring, reason, submitted_at, complete, complete_at, results,
                parent_buildid, parent_relationship, rebuilt_buildid, sourcestamps, properties,
                scheduler)
};

struct buildrequest {
  buildrequest_id id;
  buildset_id buildset;
  builder_id builder;
  std::int64_t priority = 0; ///< Higher goes first.
  instant submitted_at;
  bool waited_for = false; ///< A Trigger step waits for it.
  std::optional<instant> claimed_at;
  std::optional<master_id> claimed_by; ///< Kept when complete.
  bool complete = false;
  std::optional<instant> complete_at;
  std::optional<result_code> results;
  buildrequest_id collapsed_into; ///< The newer one that was to be built in its place.
  std::string cancel_reason;      ///< Why somebody cancelled it before a build began.
  TROUPE_FIELDS(id, buildset, builder, priority, submitted_at, waited_for, claimed_at, claimed_by,
                complete, complete_at, results, collapsed_into, cancel_reason)
};

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::buildset>
  : detail::keyed_by_id<table_number::buildsets, records::buildset> {};
template <>
struct table_traits<records::buildrequest>
  : detail::keyed_by_id<table_number::buildrequests, records::buildrequest> {};

} // namespace troupe::storage
