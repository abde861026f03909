#include "tools/players/change_player.hpp"

namespace troupe::players {

using wire::jelly;

bool change_player::admitted(const jelly& perspective, span) {
  auto object = perspective.as_remote();
  if (object)
    ask(*object, "addChange", {what_}, "change");
  else
    send({false, "it was let in as nobody"});
  return object.has_value();
}

bool change_player::answered(const std::string&, const jelly&, span) {
  send({true, {}});
  return false;
}

bool change_player::failed(const std::string&, const std::string& message, span) {
  send({false, message});
  return false;
}

jelly copied_change(const jelly& what, std::int64_t copy) {
  if (copy == 1)
    return what;
  auto pairs = what.pairs();
  for (auto& [key, value] : pairs)
    if (auto* name = key.as_text(); name && *name == "revision")
      if (auto* revision = value.as_text(); revision && !revision->empty())
        value = jelly::text(*revision + "~" + std::to_string(copy));
  return jelly::dictionary(std::move(pairs));
}

} // namespace troupe::players
