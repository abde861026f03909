// A change: what somebody committed, as a change source told it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"
#include "storage/records/property.hpp"
#include "storage/schema.hpp"

namespace troupe::records {

struct change {
  change_id id;
  std::string author;
  std::optional<std::string> committer;
  std::string comments;
  std::vector<std::string> files;
  std::optional<std::string> revision;
  instant when;                      ///< When it was made; whole seconds in the REST API.
  std::optional<std::string> branch; ///< Nothing is the default branch.
  std::optional<std::string> category;
  std::optional<std::string> revlink;
  property_map properties;
  std::string repository;
  std::string project;
  std::string codebase;
  change_id parent; ///< The newest earlier one of the same branch, repository, project, codebase.
  sourcestamp_id sourcestamp;
  std::vector<user_id> users;
  TROUPE_FIELDS(id, author, committer, comments, files, revision, when, branch, category, revlink,
                properties, repository, project, codebase, parent, sourcestamp, users)
};

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::change> : detail::keyed_by_id<table_number::changes, records::change> {
};

} // namespace troupe::storage
