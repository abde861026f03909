#include "runtime/observation/field_match.hpp"

namespace troupe::runtime {

const json* find_field(const json& fields, std::string_view path) {
  const auto* at = &fields;
  while (at && !path.empty()) {
    auto dot = path.find('.');
    auto name = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    const auto* parts = at->if_object();
    at = parts ? parts->if_contains(boost::json::string_view{name.data(), name.size()}) : nullptr;
  }
  return at;
}

bool means(const json& field, const json& value) {
  auto text = [](const json& x) { return x.is_string() ? std::string{x.get_string()} : print(x); };
  return field == value || text(field) == text(value);
}

json typed_value(std::string_view text) {
  auto parsed = parse_json(text);
  return parsed ? *parsed : to_json(std::string{text});
}

} // namespace troupe::runtime
