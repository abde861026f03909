#include "tools/peers/change_client.hpp"

namespace troupe::peers {

using wire::jelly;

bool change_client::admitted(const jelly& perspective, span) {
  auto object = perspective.as_remote();
  if (object)
    call(*object, "addChange", {change_}, "change");
  else
    report({false, "the master gave no perspective"});
  return object.has_value();
}

bool change_client::answered(const std::string&, const jelly&, span) {
  report({true, {}});
  return false;
}

bool change_client::failed(const std::string&, const std::string& message, span) {
  report({false, message});
  return false;
}

} // namespace troupe::peers
