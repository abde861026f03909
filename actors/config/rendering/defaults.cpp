#include "actors/config/rendering/defaults.hpp"

namespace troupe::model {

const boost::json::object& step_defaults(std::string_view kind) {
  static const auto all = [] {
    std::map<std::string_view, boost::json::object> made;
    for (const auto& schema : step_schemas()) {
      auto& defaults = made[schema.kind];
      for (const auto& argument : schema.arguments)
        defaults[{argument.name.data(), argument.name.size()}] =
            step_argument(schema.kind, argument.name);
    }
    return made;
  }();
  static const boost::json::object none;
  auto found = all.find(kind);
  return found == all.end() ? none : found->second;
}

} // namespace troupe::model
