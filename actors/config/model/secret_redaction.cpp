#include "actors/config/model/secret_redaction.hpp"

namespace troupe::model {

namespace {

/// What a configuration tells everybody, one after the other.
std::string names_in(const master& of) {
  std::string all = of.title + "\n" + of.buildbot_url + "\n";
  auto add = [&](const std::string& name) { all.append(name).append("\n"); };
  for (const auto& one : of.workers)
    add(one.name);
  for (const auto& one : of.change_sources) {
    add(one.name);
    add(one.user);
  }
  for (const auto& one : of.schedulers)
    add(one.name);
  for (const auto& one : of.builders) {
    add(one.name);
    add(one.builddir);
    for (const auto& tag : one.tags)
      add(tag);
    for (const auto& step : one.factory.steps)
      add(step.kind);
  }
  return all;
}

} // namespace

void seal_secrets(master& of, runtime::vault& into) {
  std::vector<std::string> secrets;
  auto seal = [&](const std::string& name, computed& password) {
    if (!password.is_string())
      return;
    std::string secret{password.get_string()};
    password = to_json(into.seal(name, secret));
    secrets.push_back(std::move(secret));
  };
  for (auto& one : of.workers)
    seal("worker/" + one.name, one.password);
  for (auto& one : of.change_sources)
    seal("change_source/" + one.user, one.password);
  std::erase_if(secrets, [](const auto& one) { return !runtime::vault::can_be_hidden(one); });
  if (secrets.empty())
    return;
  auto told = names_in(of);
  std::erase_if(secrets,
                [&](const std::string& one) { return told.find(one) != std::string::npos; });
  into.hide(secrets);
}

} // namespace troupe::model
