#include "actors/config/commands.hpp"

#include "runtime/shell/call_words.hpp"

namespace troupe::config {

namespace {

constexpr auto reconfig_patience = std::chrono::seconds{120};

shell::outcome reconfig(shell::call& by) {
  reconfigure command;
  for (std::size_t i = 0; i < by.args.size(); ++i) {
    auto seconds = by.args[i] == "--settle" && i + 1 < by.args.size()
                       ? shell::read_number(by.args[i + 1])
                       : std::nullopt;
    if (by.args[i] == "--dry-run")
      command.dry_run = true;
    else if (seconds && std::chrono::seconds{*seconds} <= settle_max)
      command.settle = std::chrono::seconds{*seconds}, ++i;
    else
      return failure{errc::invalid,
                     "usage: reconfig [--dry-run] [--settle SECONDS], an hour at the most"};
  }
  auto path = std::string{config_path};
  if (!by.is_there(path))
    return failure{errc::unavailable, "nobody is at /config"};
  by.changes_nothing = by.args == std::vector<std::string>{"--dry-run"};
  command.token = by.ask(path, reconfig_patience + command.settle.value_or(span{0}));
  command.who = by.who;
  command.requester = by.cell.me();
  by.send(path, std::move(command));
  return shell::later;
}

shell::outcome told(shell::call& by, const runtime::any_message& message) {
  if (const auto* news = message.as<reconfiguring>()) {
    by.stays_open = true;
    by.at.say(by, boost::json::object{{"stage", "settling"}, {"message", to_json(news->message)}});
    return shell::later;
  }
  const auto* news = message.as<reconfigured>();
  if (!news)
    return shell::later;
  if (!news->ok)
    return failure{errc::refused, news->message};
  return std::optional{
      json(boost::json::object{{"outcome", to_json(news->message)}, {"plan", news->plan}})};
}

} // namespace

const shell::command_table& commands() {
  static const shell::command_table table{
      {"reconfig", "[--dry-run] [--settle SECONDS]",
       "loads the configuration and applies what changed", "reconfig --dry-run",
       shell::category::master, 0, 3, reconfig, true, told},
  };
  return table;
}

} // namespace troupe::config
