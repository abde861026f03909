#include "actors/schedulers/commands.hpp"

#include "actors/schedulers/force.hpp"

namespace troupe::schedulers {

namespace {

constexpr auto act_patience = std::chrono::seconds{30};

shell::outcome force(shell::call& by) {
  auto path = scheduler_path(by.args[0]);
  if (!by.is_there(path))
    return failure{errc::not_found, "no such scheduler: " + by.args[0]};
  force_build command;
  boost::json::object parameters;
  for (std::size_t i = 1; i < by.args.size(); ++i) {
    auto equals = by.args[i].find('=');
    if (equals == std::string::npos)
      command.builder_names.push_back(by.args[i]);
    else
      parameters[by.args[i].substr(0, equals)] = to_json(by.args[i].substr(equals + 1));
  }
  command.owner = by.who;
  if (auto* owner = parameters.if_contains("owner"); owner && owner->is_string())
    command.owner = std::string{owner->get_string()};
  command.parameters = std::move(parameters);
  command.token = by.ask(path, act_patience);
  command.requester = by.cell.me();
  by.send(path, std::move(command));
  return shell::later;
}

shell::outcome tell_forced(shell::call&, const runtime::any_message& message) {
  if (const auto* refusal = message.as<botmaster::buildset_refused>())
    return failure{errc::refused, refusal->message};
  const auto* news = message.as<botmaster::buildset_added>();
  if (!news)
    return shell::later;
  boost::json::object out;
  out["buildset"] = news->id.value;
  out["requests"] = to_json(news->requests);
  return std::optional{json(std::move(out))};
}

} // namespace

const shell::command_table& commands() {
  static const shell::command_table table{
      {"force", "SCHEDULER [BUILDER…] [NAME=VALUE…]", "builds on demand",
       "force force linux reason=again", shell::category::building, 1, shell::many_args, force,
       true, tell_forced},
  };
  return table;
}

} // namespace troupe::schedulers
