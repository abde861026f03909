#include "actors/config/defaults.hpp"

namespace troupe::model {

bool is_true(const json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return false;
    case boost::json::kind::bool_:
      return value.get_bool();
    case boost::json::kind::string:
      return !value.get_string().empty();
    case boost::json::kind::array:
      return !value.get_array().empty();
    case boost::json::kind::object:
      return !value.get_object().empty();
    default:
      return value.to_number<double>() != 0;
  }
}

const boost::json::object& step_defaults(std::string_view kind) {
  static const auto all = [] {
    std::map<std::string_view, boost::json::object> made;
    for (const auto& schema : step_schemas()) {
      auto& defaults = made[schema.kind];
      for (const auto& argument : schema.arguments)
        defaults[{argument.name.data(), argument.name.size()}]
          = step_argument(schema.kind, argument.name);
    }
    return made;
  }();
  static const boost::json::object none;
  auto found = all.find(kind);
  return found == all.end() ? none : found->second;
}

} // namespace troupe::model
