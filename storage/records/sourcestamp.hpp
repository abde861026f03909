// A sourcestamp: what to build, of one codebase. Equal content means the same id, except that one
// with a patch is never shared.
#pragma once

#include <optional>
#include <string>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"
#include "storage/schema.hpp"

namespace troupe::records {

struct patch {
  patch_id id;
  bytes body;
  std::int64_t level = 0;
  std::string subdir;
  std::string author;
  std::string comment;
  TROUPE_FIELDS(id, body, level, subdir, author, comment)
};

struct sourcestamp {
  sourcestamp_id id;
  std::optional<std::string> branch;
  std::optional<std::string> revision;
  std::string repository;
  std::string project;
  std::string codebase;
  std::optional<patch_id> patch;
  instant created_at;
  TROUPE_FIELDS(id, branch, revision, repository, project, codebase, patch, created_at)
};

/// True when one id should do for both: same branch, revision, repository, project and codebase,
/// and neither has a patch.
inline bool same_content(const sourcestamp& a, const sourcestamp& b) {
  return !a.patch && !b.patch && a.branch == b.branch && a.revision == b.revision
         && a.repository == b.repository && a.project == b.project && a.codebase == b.codebase;
}

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::patch> : detail::keyed_by_id<table_number::patches, records::patch> {};
template <>
struct table_traits<records::sourcestamp>
  : detail::keyed_by_id<table_number::sourcestamps, records::sourcestamp> {};

} // namespace troupe::storage
