// Questions about what services keep for themselves. All throw `failed` when stored bytes are
// damaged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records/state.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

std::optional<json> find_object_state(const snapshot& from, std::string_view class_name,
                                      std::string_view object, std::string_view name);
/// All values of one object, by name.
std::vector<records::object_state> object_states(const snapshot& from, std::string_view class_name,
                                                 std::string_view object);

std::optional<records::service_state> find_service_state(const snapshot& from,
                                                         std::string_view path);
/// The states of all services whose path begins with `prefix`, by path; "" is everyone.
std::vector<records::service_state> service_states(const snapshot& from,
                                                   std::string_view prefix = "");

} // namespace troupe::storage
