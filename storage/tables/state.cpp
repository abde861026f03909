#include "storage/tables/state.hpp"

#include "storage/table.hpp"

namespace troupe::storage {

std::optional<json> find_object_state(const snapshot& from, std::string_view class_name,
                                      std::string_view object, std::string_view name) {
  auto found = table<records::object_state>{from}.find(class_name, object, name);
  if (!found)
    return std::nullopt;
  return std::move(found->value);
}

std::vector<records::object_state> object_states(const snapshot& from, std::string_view class_name,
                                                 std::string_view object) {
  return table<records::object_state>{from}.list({.prefix = key_of(class_name, object)});
}

std::optional<records::service_state> find_service_state(const snapshot& from,
                                                         std::string_view path) {
  return table<records::service_state>{from}.find(path);
}

std::vector<records::service_state> service_states(const snapshot& from, std::string_view prefix) {
  // Long paths keep only their beginning in the key, so the records themselves decide.
  auto found = table<records::service_state>{from}.list({.prefix = key_prefix_of(prefix)});
  std::erase_if(found, [&](const auto& x) { return !x.path.starts_with(prefix); });
  return found;
}

} // namespace troupe::storage
