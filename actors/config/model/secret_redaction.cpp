#include "actors/config/model/secret_redaction.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace troupe::model {

namespace {

/// What a configuration tells everybody: names and whatever else of its parts is plain text.
std::string names_in(const master& of) {
  std::string all = of.title + "\n" + of.buildbot_url + "\n";
  for (const auto& list : part_lists)
    for (const auto& one : of.*list.parts) {
      const auto& is = component_of(one, list.use);
      all.append(one.class_name).append("\n");
      for (const auto& [name, value] : one.arguments.get_object()) {
        auto* argument = is.find(view(name));
        if (argument && argument->type.kind == argument_kind::string)
          all.append(as_text(value)).append("\n");
        else if (argument && argument->type.kind == argument_kind::text_list)
          for (const auto& word : value.get_array())
            all.append(as_text(word)).append("\n");
      }
    }
  return all;
}

/// Calls `visit` with each secret text of the configuration and a name for it.
template <class Visit>
void each_secret(master& of, const Visit& visit) {
  for (const auto& list : part_lists)
    for (auto& one : of.*list.parts)
      for (const auto& argument : component_of(one, list.use).arguments) {
        const auto* value = &value_of(one, component_of(one, list.use), argument.name);
        if (argument.type.kind == argument_kind::secret && value->is_string())
          visit(one, argument, fmt::format("{}/{}", list.argument, one.name()),
                std::string{as_text(*value)});
      }
}

} // namespace

void seal_secrets(master& of, runtime::vault& into) {
  std::vector<std::string> secrets;
  each_secret(
      of, [&](part& one, const argument& argument, const std::string& name, std::string secret) {
        one.set(argument.name, to_json(into.seal(name, secret)));
        secrets.push_back(std::move(secret));
      });
  std::erase_if(secrets, [](const auto& one) { return !runtime::vault::can_be_hidden(one); });
  if (secrets.empty())
    return;
  auto told = names_in(of);
  std::erase_if(secrets,
                [&](const std::string& one) { return told.find(one) != std::string::npos; });
  into.hide(secrets);
}

} // namespace troupe::model
