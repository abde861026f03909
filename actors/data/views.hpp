// What is stored, as the shell shows it: rows of the entities, under the names of the shell.
#pragma once

#include <map>
#include <set>
#include <string>

#include "storage/json.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/snapshot.hpp"

namespace troupe::data {

inline constexpr std::int64_t open_requests_shown = 1000;

/// `attached`: names of the workers that are connected now.
json workers_view(const storage::snapshot& from, const std::set<std::string>& attached);
json builders_view(const storage::snapshot& from);
json changes_view(const storage::snapshot& from, std::size_t limit);
/// Of all builders if `builder` is nobody.
json builds_view(const storage::snapshot& from, builder_id builder, std::size_t limit);
/// `why_not`: why those that wait do not start.
json requests_view(const storage::snapshot& from,
                   const std::map<buildrequest_id, std::string>& why_not);
/// One build with its steps and their logs.
json build_view(const storage::snapshot& from, const records::build& build);

/// The newest first.
json reconfigurations_view(const storage::snapshot& from, std::size_t limit);
json acts_view(const storage::snapshot& from, std::size_t limit);

} // namespace troupe::data
