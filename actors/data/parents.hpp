// The records that a path begins with: a builder, a build, a step or a log, by number or by name.
#pragma once

#include <optional>

#include "actors/data/entity.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"

namespace troupe::data {

std::optional<records::builder> builder_in(const reading& of, const captures& path);
std::optional<records::build> build_in(const reading& of, const captures& path);
std::optional<records::step> step_in(const reading& of, const captures& path);
std::optional<records::log> log_in(const reading& of, const captures& path);
std::optional<records::worker> worker_in(const reading& of, const captures& path);

/// What `found` holds as a list of one, or none.
template <class Record>
std::vector<Record> as_list(std::optional<Record> found) {
  std::vector<Record> all;
  if (found)
    all.push_back(std::move(*found));
  return all;
}

/// {name: [value, source]} of those that are asked for.
json shown_properties(const reading& of, const records::property_map& all);

} // namespace troupe::data
