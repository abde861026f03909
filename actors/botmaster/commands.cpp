#include "actors/botmaster/commands.hpp"

#include "actors/botmaster/build/messages.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/data/lookup.hpp"
#include "actors/data/views.hpp"
#include "runtime/path.hpp"
#include "runtime/shell/call_words.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::botmaster {

using shell::call;
using shell::category;
using shell::outcome;

namespace {

constexpr auto service_patience = std::chrono::seconds{5};
constexpr auto act_patience = std::chrono::seconds{30};

// The distributor knows why they wait; without one there is still what is stored.
outcome requests(call& by) {
  auto path = std::string{brd_path};
  if (!by.is_there(path))
    return std::optional{data::requests_view(by.read(), {})};
  by.send(path, explain_requests{by.ask(path, service_patience), by.cell.me()});
  return shell::later;
}

outcome requests_told(call& by, const runtime::any_message& message) {
  const auto* news = message.as<requests_explained>();
  if (!news)
    return shell::later;
  return std::optional{data::requests_view(by.read(), news->why_not)};
}

/// "stopped by ada: wrong branch"; the reason, if there is one, is the second word.
std::string by_whom(std::string_view done, const call& by) {
  return fmt::format("{} by {}{}", done, by.who, by.args.size() > 1 ? ": " + by.args[1] : "");
}

outcome stop(call& by) {
  auto from = by.read();
  auto build = data::find_named_build(from, by.args[0]);
  if (!build)
    return build.error();
  auto builder = storage::find_builder(from, build->builder);
  auto path = runtime::child_path(builder_path(builder->name), std::to_string(build->number));
  if (build->complete_at || !by.is_there(path))
    return failure{errc::conflict, by.args[0] + " is not running"};
  stop_build command;
  command.build = build->id;
  command.reason = by_whom("stopped", by);
  command.token = by.ask(path, act_patience);
  command.requester = by.cell.me();
  by.send(path, std::move(command));
  return shell::later;
}

outcome cancel(call& by) {
  auto number = shell::read_number(by.args[0]);
  if (!number)
    return failure{errc::invalid, by.args[0] + ": a request's number expected"};
  cancel_request command;
  command.request = buildrequest_id{*number};
  command.reason = by_whom("cancelled", by);
  command.token = by.ask(std::string{brd_path}, act_patience);
  command.requester = by.cell.me();
  by.send(brd_path, std::move(command));
  return shell::later;
}

outcome control(call& by) {
  const std::vector<std::string> actions{"pause", "unpause", "stop", "kill"};
  if (std::find(actions.begin(), actions.end(), by.args[1]) == actions.end())
    return failure{errc::invalid, by.args[1] + ": pause, unpause, stop or kill expected"};
  auto path = worker_path(by.args[0]);
  if (!by.is_there(path))
    return failure{errc::not_found, "no such worker: " + by.args[0]};
  by.send(path, control_worker{by.args[1], by.args.size() > 2 ? by.args[2] : "from the shell",
                               by.ask(path, act_patience), by.cell.me()});
  return shell::later;
}

outcome done(call&, const runtime::any_message& message) {
  const auto* news = message.as<request_done>();
  if (!news)
    return shell::later;
  if (!news->ok)
    return failure{errc::refused, news->message};
  return std::optional{news->message.empty() ? json("done") : to_json(news->message)};
}

} // namespace

const shell::command_table& request_commands() {
  static const shell::command_table table{
      {"requests", "", "open build requests, and why they wait", "requests", category::records, 0,
       0, requests, false, requests_told},
  };
  return table;
}

const shell::command_table& build_commands() {
  constexpr auto group = category::building;
  constexpr bool writes = true;
  static const shell::command_table table{
      {"stop", "BUILDER/NUMBER [REASON]", "stops a build", "stop linux/7 'wrong branch'", group, 1,
       2, stop, writes, done},
      {"cancel", "REQUEST [REASON]", "cancels a build request", "cancel 12", group, 1, 2, cancel,
       writes, done},
      {"worker", "NAME pause|unpause|stop|kill [REASON]",
       "stop is graceful: it ends when its builds have", "worker w1 pause 'new disk'", group, 2, 3,
       control, writes, done},
  };
  return table;
}

} // namespace troupe::botmaster
