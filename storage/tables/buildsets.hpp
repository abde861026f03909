// Questions about buildsets and build requests. All throw `failed` when stored bytes are damaged.
#pragma once

#include <optional>
#include <vector>

#include "storage/records/buildset.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

std::optional<records::buildset> find_buildset(const snapshot& from, buildset_id which);
std::vector<records::buildset> incomplete_buildsets(const snapshot& from);
std::vector<records::buildset> newest_buildsets(const snapshot& from, std::size_t limit,
                                                buildset_id before = {});
/// Those that builds of `parent` triggered, oldest first.
std::vector<records::buildset> buildsets_of_parent(const snapshot& from, build_id parent);
buildset_id max_buildset_id(const snapshot& from);

std::optional<records::buildrequest> find_buildrequest(const snapshot& from, buildrequest_id which);
std::vector<records::buildrequest> requests_of_buildset(const snapshot& from, buildset_id which);

/// Incomplete ones, claimed or not, by builder and then oldest first.
std::vector<records::buildrequest> open_requests(const snapshot& from);
std::vector<records::buildrequest> open_requests_of_builder(const snapshot& from, builder_id which);

std::vector<records::buildrequest> newest_requests(const snapshot& from, std::size_t limit,
                                                   buildrequest_id before = {});
/// Complete or not, newest first.
std::vector<records::buildrequest> newest_requests_of_builder(const snapshot& from,
                                                              builder_id which, std::size_t limit,
                                                              buildrequest_id before = {});
buildrequest_id max_buildrequest_id(const snapshot& from);

} // namespace troupe::storage
