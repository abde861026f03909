#include "actors/debug/table.hpp"

#include "actors/botmaster/commands.hpp"
#include "actors/build_master/commands.hpp"
#include "actors/config/commands.hpp"
#include "actors/data/commands.hpp"
#include "actors/db/commands.hpp"
#include "actors/debug/why.hpp"
#include "actors/schedulers/commands.hpp"
#include "actors/workers/commands.hpp"
#include "runtime/shell/commands.hpp"

namespace troupe::debug {

using shell::call;
using shell::category;
using shell::command;
using shell::command_table;
using shell::outcome;

namespace {

json command_view(const command& x) {
  auto text = [](std::string_view message) { return to_json(std::string{message}); };
  boost::json::object out;
  out["name"] = text(x.name);
  out["usage"] = text(x.usage);
  out["about"] = text(x.about);
  out["example"] = text(x.example);
  out["writes"] = x.writes;
  return out;
}

// What only programs say to each other has no example.
outcome help(call& by) {
  boost::json::array out;
  for (const auto& one : all_commands())
    if (by.args.empty() ? !one.example.empty() : one.name == by.args[0])
      out.push_back(command_view(one));
  if (out.empty())
    return failure{errc::not_found, "no such command: " + by.args[0]};
  return std::optional{json(std::move(out))};
}

/// What the shell's end does itself has no `run`: it is about the connection that it came by.
const command_table& own_commands() {
  static const command_table table{
      {"help", "[COMMAND]", "what there is", "help log", category::overview, 0, 1, help},
      {"watch", "[PREFIX]", "what happens, until you leave", "watch builds/", category::following,
       0, 1},
      {"log", "BUILDER/NUMBER STEP [LOG] [--follow]", "the content of a log",
       "log linux/last compile --follow", category::following, 2, 4},
      {"more", "", "another page of the answer with this id", "", category::protocol, 0, 0},
      {"end", "", "no more of the answer with this id", "", category::protocol, 0, 0},
  };
  return table;
}

} // namespace

const command_table& all_commands() {
  static const command_table all = [] {
    command_table joined;
    for (const auto* table :
         {&why_commands(), &own_commands(), &config::commands(), &master::commands(),
          &shell::tree_commands(), &shell::trace_commands(), &workers::commands(),
          &data::record_commands(), &botmaster::request_commands(), &db::commands(),
          &shell::connection_commands(), &data::operation_commands(), &shell::journal_commands(),
          &schedulers::commands(), &botmaster::build_commands(), &shell::service_commands()})
      joined.insert(joined.end(), table->begin(), table->end());
    std::stable_sort(joined.begin(), joined.end(),
                     [](const command& a, const command& b) { return a.group < b.group; });
    return joined;
  }();
  return all;
}

const command* find_command(std::string_view name) {
  for (const auto& one : all_commands())
    if (one.name == name)
      return &one;
  return nullptr;
}

failure no_such_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& one : all_commands())
    names.push_back(one.name);
  auto meant = nearest(name, names);
  return {errc::not_found, fmt::format("no such command: {}{}", name,
                                       meant.empty() ? std::string{"; try help"}
                                                     : fmt::format("; is it {}?", meant))};
}

} // namespace troupe::debug
