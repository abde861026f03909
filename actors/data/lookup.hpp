// From what people call a builder, build, step or log to its record.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/result.hpp"
#include "storage/snapshot.hpp"

namespace troupe::data {

/// The parts of "BUILDER/NUMBER". Only the last slash divides: builders may have slashes in their
/// names. Without one there is no number.
std::pair<std::string_view, std::string_view> parts_of_build(std::string_view name);
/// "BUILDER/NUMBER"; the number may be "last".
result<records::build> find_named_build(const storage::snapshot& from, std::string_view name);
result<records::build> find_named_build(const storage::snapshot& from, std::string_view builder,
                                        std::string_view number);
result<records::builder> find_named_builder(const storage::snapshot& from, std::string_view name);
/// A step by name or number; a log by name or slug, the first one if `log` is empty.
result<records::log> find_named_log(const storage::snapshot& from, const records::build& build,
                                    std::string_view step, std::string_view log);

} // namespace troupe::data
