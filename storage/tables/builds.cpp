#include "storage/tables/builds.hpp"

#include "storage/table.hpp"

namespace troupe::storage {

namespace {

using builds = table<records::build>;
using steps = table<records::step>;
using logs = table<records::log>;

constexpr auto any = [](const auto&) { return true; };

} // namespace

std::optional<records::build> find_build(const snapshot& from, build_id which) {
  return builds{from}.find(which);
}

std::optional<records::build> find_build(const snapshot& from, builder_id builder,
                                         std::int64_t number) {
  return builds{from}.first(index_number::builds_by_number, {.prefix = key_of(builder, number)},
                            any);
}

std::vector<records::build> incomplete_builds(const snapshot& from) {
  return builds{from}.list(index_number::builds_incomplete);
}

std::vector<records::build> newest_builds(const snapshot& from, std::size_t limit,
                                          build_id before) {
  return builds{from}.list(newest(limit, before));
}

std::vector<records::build> builds_of_builder(const snapshot& from, builder_id which,
                                              std::size_t limit, std::int64_t before) {
  walk how{.prefix = key_of(which), .backwards = true, .limit = limit};
  if (before > 0)
    how.past = key_of(which, before);
  return builds{from}.list(index_number::builds_by_number, how);
}

std::vector<records::build> builds_of_request(const snapshot& from, buildrequest_id which) {
  return builds{from}.list(index_number::builds_by_request, {.prefix = key_of(which)});
}

std::vector<records::build> builds_of_worker(const snapshot& from, worker_id which,
                                             std::size_t limit, build_id before) {
  return builds{from}.list(index_number::builds_by_worker, newest(limit, before, key_of(which)));
}

build_id max_build_id(const snapshot& from) {
  return builds{from}.max_id();
}

std::int64_t max_build_number(const snapshot& from, builder_id which) {
  auto last = builds_of_builder(from, which, 1);
  return last.empty() ? 0 : last.front().number;
}

std::optional<records::step> find_step(const snapshot& from, step_id which) {
  return steps{from}.find(which);
}

std::optional<records::step> find_step(const snapshot& from, build_id build, std::int64_t number) {
  return steps{from}.first(index_number::steps_by_build, {.prefix = key_of(build, number)}, any);
}

std::vector<records::step> steps_of_build(const snapshot& from, build_id which) {
  return steps{from}.list(index_number::steps_by_build, {.prefix = key_of(which)});
}

step_id max_step_id(const snapshot& from) {
  return steps{from}.max_id();
}

std::optional<records::log> find_log(const snapshot& from, log_id which) {
  return logs{from}.find(which);
}

std::optional<records::log> find_log(const snapshot& from, step_id step, std::string_view slug) {
  return logs{from}.first(index_number::logs_by_step, {.prefix = key_of(step)},
                          [&](const records::log& x) { return x.slug == slug; });
}

std::vector<records::log> logs_of_step(const snapshot& from, step_id which) {
  return logs{from}.list(index_number::logs_by_step, {.prefix = key_of(which)});
}

log_id max_log_id(const snapshot& from) {
  return logs{from}.max_id();
}

void end_as_retry(const snapshot& from, records::build& which, instant now, std::string message,
                  batch& work) {
  using records::result_code;
  for (auto& step : steps_of_build(from, which.id)) {
    for (auto& log : logs_of_step(from, step.id))
      if (!log.complete) {
        log.complete = true;
        work.put(log);
      }
    if (step.complete_at)
      continue;
    step.complete_at = now;
    step.results = result_code::retry;
    step.state_string += " (retry)";
    work.put(step);
  }
  which.complete_at = now;
  which.results = result_code::retry;
  which.state_string = std::move(message);
  work.put(which);
}

} // namespace troupe::storage
