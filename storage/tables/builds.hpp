// Questions about builds, steps and logs. All throw `failed` when stored bytes are damaged.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "storage/batch.hpp"
#include "storage/records/build.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

std::optional<records::build> find_build(const snapshot& from, build_id which);
std::optional<records::build> find_build(const snapshot& from, builder_id builder,
                                         std::int64_t number);
std::vector<records::build> incomplete_builds(const snapshot& from);

/// At most `limit`, newest first; with `before`, only those with a smaller id.
std::vector<records::build> newest_builds(const snapshot& from, std::size_t limit,
                                          build_id before = {});
/// At most `limit`, highest number first; with `before`, only those with a smaller number.
std::vector<records::build> builds_of_builder(const snapshot& from, builder_id which,
                                              std::size_t limit, std::int64_t before = 0);
/// Oldest first: a request has several when builds ended with retry.
std::vector<records::build> builds_of_request(const snapshot& from, buildrequest_id which);
/// At most `limit`, newest first; with `before`, only those with a smaller id.
std::vector<records::build> builds_of_worker(const snapshot& from, worker_id which,
                                             std::size_t limit, build_id before = {});
build_id max_build_id(const snapshot& from);
/// 0 for a builder without builds.
std::int64_t max_build_number(const snapshot& from, builder_id which);

std::optional<records::step> find_step(const snapshot& from, step_id which);
std::optional<records::step> find_step(const snapshot& from, build_id build, std::int64_t number);
/// By number.
std::vector<records::step> steps_of_build(const snapshot& from, build_id which);
step_id max_step_id(const snapshot& from);

std::optional<records::log> find_log(const snapshot& from, log_id which);
std::optional<records::log> find_log(const snapshot& from, step_id step, std::string_view slug);
/// Oldest first.
std::vector<records::log> logs_of_step(const snapshot& from, step_id which);
log_id max_log_id(const snapshot& from);

/// Adds to `work` the end of a build that nobody goes on with, its steps and logs included.
void end_as_retry(const snapshot& from, records::build& which, instant now, std::string message,
                  batch& work);

} // namespace troupe::storage
