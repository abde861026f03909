// A build, its steps and their logs. What has no `complete_at` is still running.
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

struct build {
  build_id id;
  std::int64_t number = 0; ///< Per builder, from 1, without gaps.
  builder_id builder;
  buildrequest_id request;
  worker_id worker;
  master_id master;
  instant started_at;
  std::optional<instant> complete_at;
  std::string state_string;
  std::optional<result_code> results;
  span locks_duration{}; ///< Waited for build and step locks, added up.
  property_map properties;
  TROUPE_FIELDS(id, number, builder, request, worker, master, started_at, complete_at, state_string,
                results, locks_duration, properties)
};

struct link {
  std::string name;
  std::string url;
  TROUPE_FIELDS(name, url)
};

struct step {
  step_id id;
  std::int64_t number = 0; ///< In its build, from 0, internal steps included.
  std::string name;        ///< At most 50 characters, unique in its build.
  build_id build;
  std::optional<instant> started_at;
  std::optional<instant> locks_acquired_at;
  std::optional<instant> complete_at;
  std::string state_string;
  std::optional<result_code> results;
  std::vector<link> urls;
  bool hidden = false;
  TROUPE_FIELDS(id, number, name, build, started_at, locks_acquired_at, complete_at, state_string,
                results, urls, hidden)
};

/// What a log's content is; the letters are Buildbot's.
enum class log_type : char {
  stdio = 's', ///< Each line begins with its channel: o stdout, e stderr, h header.
  text = 't',
  html = 'h',
  deleted = 'd', ///< The content is gone; the record stays.
};

struct log {
  log_id id;
  std::string name;
  std::string slug; ///< At most 50 characters, unique in its step.
  log_type type = log_type::stdio;
  step_id step;
  instant created_at; ///< Decides where the content is kept: never changes.
  bool complete = false;
  std::int64_t num_lines = 0;
  std::int64_t raw_bytes = 0;    ///< Of the content, channel letters and newlines included.
  std::int64_t stored_bytes = 0; ///< Of the content as compressed.
  TROUPE_FIELDS(id, name, slug, type, step, created_at, complete, num_lines, raw_bytes,
                stored_bytes)
};

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::build> : detail::keyed_by_id<table_number::builds, records::build> {};
template <>
struct table_traits<records::step> : detail::keyed_by_id<table_number::steps, records::step> {};
template <>
struct table_traits<records::log> : detail::keyed_by_id<table_number::logs, records::log> {};

} // namespace troupe::storage
