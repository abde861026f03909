#include "actors/data/commands.hpp"

#include "actors/data/lookup.hpp"
#include "actors/data/views.hpp"
#include "runtime/shell/call_words.hpp"
#include "storage/store.hpp"

namespace troupe::data {

using shell::call;
using shell::category;
using shell::outcome;
using shell::read_row_limit;

namespace {

outcome show_builders(call& by) {
  return std::optional{builders_view(by.read())};
}

outcome show_changes(call& by) {
  auto limit = read_row_limit(by.args);
  if (!limit)
    return limit.error();
  return std::optional{changes_view(by.read(), *limit)};
}

// A single word is a builder if there is one of that name, however much it looks like a number.
outcome show_builds(call& by) {
  auto from = by.read();
  builder_id which;
  result<std::size_t> limit{shell::rows_by_default};
  for (std::size_t i = 0; i < by.args.size(); ++i) {
    auto found = i == 0 ? find_named_builder(from, by.args[0])
                        : result<records::builder>{failure{errc::not_found, {}}};
    if (found)
      which = found->id;
    else if (i + 1 == by.args.size() && shell::read_number(by.args[i]))
      limit = read_row_limit(by.args[i]);
    else
      return i == 0 ? found.error() : read_row_limit(by.args[i]).error();
  }
  if (!limit)
    return limit.error();
  return std::optional{builds_view(from, which, *limit)};
}

outcome show_build(call& by) {
  auto from = by.read();
  auto found = by.args.size() == 2 ? find_named_build(from, by.args[0], by.args[1])
                                   : find_named_build(from, by.args[0]);
  if (!found)
    return found.error();
  return std::optional{build_view(from, *found)};
}

outcome show_reconfigs(call& by) {
  auto limit = read_row_limit(by.args);
  if (!limit)
    return limit.error();
  return std::optional{reconfigurations_view(by.read(), *limit)};
}

outcome show_acts(call& by) {
  auto limit = read_row_limit(by.args);
  if (!limit)
    return limit.error();
  return std::optional{acts_view(by.read(), *limit)};
}

} // namespace

const shell::command_table& record_commands() {
  constexpr auto group = category::records;
  static const shell::command_table table{
      {"builders", "", "all builders with what waits and runs", "builders", group, 0, 0,
       show_builders},
      {"changes", "[N]", "the newest changes", "changes 5", group, 0, 1, show_changes},
      {"builds", "[BUILDER] [N]", "the newest builds", "builds linux 5", group, 0, 2, show_builds},
      {"build", "BUILDER NUMBER", "a build with its steps and logs", "build linux last", group, 1,
       2, show_build},
  };
  return table;
}

const shell::command_table& operation_commands() {
  constexpr auto group = category::operation;
  static const shell::command_table table{
      {"reconfigs", "[N]", "the last reconfigurations: who, when, what, and how it went",
       "reconfigs 5", group, 0, 1, show_reconfigs},
      {"acts", "[N]", "what was changed from shells, and by whom", "acts 20", group, 0, 1,
       show_acts},
  };
  return table;
}

} // namespace troupe::data
