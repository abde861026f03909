#include "storage/tables/buildsets.hpp"

#include "storage/table.hpp"

namespace troupe::storage {

namespace {

using buildsets = table<records::buildset>;
using requests = table<records::buildrequest>;

} // namespace

std::optional<records::buildset> find_buildset(const snapshot& from, buildset_id which) {
  return buildsets{from}.find(which);
}

std::vector<records::buildset> incomplete_buildsets(const snapshot& from) {
  return buildsets{from}.list(index_number::buildsets_incomplete);
}

std::vector<records::buildset> newest_buildsets(const snapshot& from, std::size_t limit,
                                                buildset_id before) {
  return buildsets{from}.list(newest(limit, before));
}

std::vector<records::buildset> buildsets_of_parent(const snapshot& from, build_id parent) {
  return buildsets{from}.list(index_number::buildsets_by_parent, {.prefix = key_of(parent)});
}

buildset_id max_buildset_id(const snapshot& from) {
  return buildsets{from}.max_id();
}

std::optional<records::buildrequest> find_buildrequest(const snapshot& from,
                                                       buildrequest_id which) {
  return requests{from}.find(which);
}

std::vector<records::buildrequest> requests_of_buildset(const snapshot& from, buildset_id which) {
  return requests{from}.list(index_number::requests_by_buildset, {.prefix = key_of(which)});
}

std::vector<records::buildrequest> open_requests(const snapshot& from) {
  return requests{from}.list(index_number::requests_open);
}

std::vector<records::buildrequest> open_requests_of_builder(const snapshot& from,
                                                            builder_id which) {
  return requests{from}.list(index_number::requests_open, {.prefix = key_of(which)});
}

std::vector<records::buildrequest> newest_requests(const snapshot& from, std::size_t limit,
                                                   buildrequest_id before) {
  return requests{from}.list(newest(limit, before));
}

std::vector<records::buildrequest> newest_requests_of_builder(const snapshot& from,
                                                              builder_id which, std::size_t limit,
                                                              buildrequest_id before) {
  return requests{from}.list(index_number::requests_by_builder,
                             newest(limit, before, key_of(which)));
}

buildrequest_id max_buildrequest_id(const snapshot& from) {
  return requests{from}.max_id();
}

} // namespace troupe::storage
