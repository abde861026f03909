#include "storage/tables/operations.hpp"

#include "storage/table.hpp"

namespace troupe::storage {

namespace {

using reconfigurations = table<records::reconfiguration>;
using acts = table<records::act>;

} // namespace

std::vector<records::reconfiguration> newest_reconfigurations(const snapshot& from,
                                                              std::size_t limit) {
  return reconfigurations{from}.list(newest(limit, reconfiguration_id{}));
}

std::vector<records::act> newest_acts(const snapshot& from, std::size_t limit) {
  return acts{from}.list(newest(limit, act_id{}));
}

reconfiguration_id max_reconfiguration_id(const snapshot& from) {
  return reconfigurations{from}.max_id();
}

act_id max_act_id(const snapshot& from) {
  return acts{from}.max_id();
}

} // namespace troupe::storage
