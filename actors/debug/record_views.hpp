// What is stored, as the shell shows it. Pure: from a snapshot to JSON rows.
#pragma once

#include <map>
#include <set>
#include <string>

#include "storage/json.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/snapshot.hpp"

namespace troupe::debug {

inline constexpr std::int64_t rows_max = 1000;

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

/// "BUILDER/NUMBER"; the number may be "last".
result<records::build> find_named_build(const storage::snapshot& from, std::string_view name);
result<records::build> find_named_build(const storage::snapshot& from, std::string_view builder,
                                        std::string_view number);
result<records::builder> find_named_builder(const storage::snapshot& from, std::string_view name);
/// A step by name or number; a log by name or slug, the first one if `log` is empty.
result<records::log> find_named_log(const storage::snapshot& from, const records::build& build,
                                    std::string_view step, std::string_view log);

/// The newest first.
json reconfigurations_view(const storage::snapshot& from, std::size_t limit);
json acts_view(const storage::snapshot& from, std::size_t limit);

/// The same with what nobody is to read over somebody's shoulder as "(secret)".
json without_secrets(json from);

} // namespace troupe::debug
