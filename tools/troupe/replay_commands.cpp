#include "tools/troupe/replay_commands.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/observation/field_match.hpp"
#include "runtime/observation/listing.hpp"
#include "runtime/shell/call_words.hpp"

namespace troupe::tool {

namespace {

using runtime::as_iso;

json shown(const std::optional<runtime::record_view>& record) {
  if (!record)
    return nullptr;
  auto out = to_json(*record).as_object();
  out["at"] = as_iso(record->at);
  return out;
}

json shown(const runtime::replay_stop& here) {
  auto out = to_json(here).as_object();
  out["last"] = shown(here.last);
  out["next"] = shown(here.next);
  if (here.breakpoint == 0)
    out["breakpoint"] = nullptr;
  if (here.differs)
    out.at("differs").as_object()["at"] = as_iso(here.differs->at);
  return out;
}

result<json> shown(const result<runtime::replay_stop>& here) {
  if (!here)
    return here.error();
  return shown(*here);
}

json shown(const runtime::breakpoint& one) {
  auto out = to_json(one).as_object();
  if (one.watch || one.field.empty())
    out.erase("value");
  return out;
}

failure no_number(std::string_view word) {
  return {errc::invalid, fmt::format("{}: a number of at least 1 expected", word)};
}

/// How many: 1 if nobody says.
result<std::uint64_t> count_in(const std::vector<std::string>& args) {
  if (args.empty())
    return std::uint64_t{1};
  auto number = shell::read_number(args[0]);
  if (!number || *number == 0)
    return no_number(args[0]);
  return static_cast<std::uint64_t>(*number);
}

} // namespace

const std::vector<replay_commands::command>& replay_commands::table() {
  using self = replay_commands;
  static const std::vector<command> all{
      {"step", "[N]", "play the next N records (1)", "step 10", 0, 1, &self::step},
      {"continue", "", "play on to a breakpoint, a watch, a divergence (check on) or the end",
       "continue", 0, 0, &self::go_on},
      {"until", "N|TIME", "the same, but no further than behind record N, or to before TIME",
       "until 2026-11-22T19:42:00.5Z", 1, 1, &self::until},
      {"back", "[N]", "to N records earlier (1)", "back 3", 0, 1, &self::back},
      {"goto", "N|TIME", "to behind record N of this run, or before TIME, without stops on the way",
       "goto 1234", 1, 1, &self::go_to},
      {"break", "PATH [TYPE] [where FIELD=VALUE]",
       "stop before an event of a service, that takes such a message; * stands for anything",
       "break /botmaster/builders/* build_finished where results=failure", 1, 4, &self::add_break},
      {"watch", "PATH FIELD", "stop behind an event that changes a field of a service's state",
       "watch /botmaster/brd started", 2, 2, &self::add_watch},
      {"breaks", "", "the breakpoints and watches, and how often each was met", "breaks", 0, 0,
       &self::breaks},
      {"delete", "N", "take breakpoint or watch N away", "delete 1", 1, 1, &self::remove},
      {"where", "", "the record that was played last, and the one that comes next", "where", 0, 0,
       &self::where},
      {"state", "PATH [FIELD]", "a service's state as it is here, or a field of it",
       "state /botmaster/brd started", 1, 2, &self::state},
      {"message", "[next|last]",
       "the message that is about to be taken (if one is), or was taken last, in full", "message",
       0, 1, &self::message},
      {"cause", "[RECORD]", "what led to an event, the last one played, and what it led to so far",
       "cause 1234", 0, 1, &self::cause},
      {"check", "[on|off]", "whether to compare with the record, and to stop where it differs",
       "check on", 0, 1, &self::check},
      {"tree", "[PATH]", "the services whose state is known here", "tree /botmaster", 0, 1,
       &self::tree},
      {"help", "[COMMAND]", "the commands, or how one is used", "help break", 0, 1, &self::help},
      {"quit", "", "leave; so does Ctrl-D", "quit", 0, 0, &self::quit},
  };
  return all;
}

std::vector<std::string> replay_commands::names() {
  std::vector<std::string> all;
  for (const auto& one : table())
    all.emplace_back(one.name);
  return all;
}

result<json> replay_commands::run(const arguments& said, const runtime::debugger::interrupt& stop) {
  auto found = std::find_if(table().begin(), table().end(),
                            [&](const command& one) { return one.name == said[0]; });
  if (found == table().end()) {
    auto known = names();
    auto close = nearest(said[0], known);
    return failure{errc::not_found,
                   fmt::format("there is no command {}{}; help lists them", said[0],
                               close.empty() ? "" : fmt::format("; is it {}?", close))};
  }
  arguments args{said.begin() + 1, said.end()};
  if (args.size() < found->least || args.size() > found->most)
    return failure{errc::invalid, fmt::format("usage: {}{}{}", found->name,
                                              found->usage.empty() ? "" : " ", found->usage)};
  stop_ = stop;
  return (this->*found->run)(args);
}

// -- ways ----------------------------------------------------------------------------------------

result<json> replay_commands::step(const arguments& args) {
  auto count = count_in(args);
  if (!count)
    return count.error();
  if (of_.at_end())
    return failure{errc::invalid, "this is the end of the journal"};
  return shown(of_.step(*count, stop_));
}

result<json> replay_commands::go_on(const arguments&) {
  if (of_.at_end())
    return failure{errc::invalid, "this is the end of the journal"};
  return shown(of_.go_on(stop_));
}

result<json> replay_commands::back(const arguments& args) {
  auto count = count_in(args);
  if (!count)
    return count.error();
  return shown(of_.back(*count, stop_));
}

result<json> replay_commands::until(const arguments& args) {
  if (auto number = shell::read_number(args[0]))
    return shown(of_.until(static_cast<std::uint64_t>(*number), stop_));
  if (auto when = shell::read_instant(args[0], now_))
    return shown(of_.until(*when, stop_));
  return failure{errc::invalid,
                 fmt::format("{}: neither a record's number nor a time; "
                             "2026-11-22T19:42:00.5Z, 19:42:00 (today, UTC) or 5m (ago) expected",
                             args[0])};
}

result<json> replay_commands::go_to(const arguments& args) {
  if (auto number = shell::read_number(args[0]))
    return shown(of_.go_to(static_cast<std::uint64_t>(*number), stop_));
  if (auto when = shell::read_instant(args[0], now_))
    return shown(of_.go_to(*when, stop_));
  return until(args); // which says what is expected
}

// -- breakpoints ---------------------------------------------------------------------------------

result<json> replay_commands::add_break(const arguments& args) {
  runtime::breakpoint one;
  one.path = args[0];
  std::size_t at = 1;
  if (at < args.size() && args[at] != "where")
    one.type = args[at++];
  if (at < args.size()) {
    auto equals = at + 2 == args.size() ? args[at + 1].find('=') : std::string::npos;
    if (args[at] != "where" || equals == std::string::npos || equals == 0)
      return failure{errc::invalid, "usage: break PATH [TYPE] [where FIELD=VALUE]"};
    one.field = args[at + 1].substr(0, equals);
    one.value = runtime::typed_value(std::string_view{args[at + 1]}.substr(equals + 1));
  }
  if (!one.path.starts_with('/') && !one.path.starts_with('*'))
    return failure{errc::invalid, one.path + ": a path begins with /"};
  return shown(of_.add(std::move(one)));
}

result<json> replay_commands::add_watch(const arguments& args) {
  runtime::breakpoint one;
  one.watch = true;
  one.path = args[0];
  one.field = args[1];
  if (!one.path.starts_with('/') && !one.path.starts_with('*'))
    return failure{errc::invalid, one.path + ": a path begins with /"};
  return shown(of_.add(std::move(one)));
}

result<json> replay_commands::breaks(const arguments&) {
  boost::json::array all;
  for (const auto& one : of_.breakpoints())
    all.push_back(shown(one));
  return json(std::move(all));
}

result<json> replay_commands::remove(const arguments& args) {
  auto number = shell::read_number(args[0]);
  if (!number)
    return no_number(args[0]);
  if (!of_.remove(*number))
    return failure{errc::not_found,
                   fmt::format("there is no breakpoint {}; breaks lists them", args[0])};
  return json(nullptr);
}

// -- what is here --------------------------------------------------------------------------------

result<json> replay_commands::where(const arguments&) {
  return shown(of_.where());
}

result<json> replay_commands::state(const arguments& args) {
  return of_.state(args[0], args.size() > 1 ? args[1] : std::string{});
}

result<json> replay_commands::message(const arguments& args) {
  if (!args.empty() && args[0] != "next" && args[0] != "last")
    return failure{errc::invalid, "usage: message [next|last]"};
  auto found = of_.message(!args.empty() && args[0] == "last");
  if (args.empty() && (!found || !found->known))
    if (auto last = of_.message(true); last && (last->known || !found))
      found = std::move(last);
  if (!found)
    return found.error();
  auto out = to_json(*found).as_object();
  out["record"] = shown(std::optional{found->record});
  return json(std::move(out));
}

result<json> replay_commands::cause(const arguments& args) {
  std::uint64_t order = 0;
  if (!args.empty()) {
    auto count = count_in(args);
    if (!count)
      return count.error();
    order = *count;
  }
  auto links = of_.cause(order, stop_);
  if (!links)
    return links.error();
  auto out = to_json(*links).as_array();
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].as_object()["at"] = as_iso((*links)[i].at);
  return json(std::move(out));
}

result<json> replay_commands::check(const arguments& args) {
  if (!args.empty() && args[0] != "on" && args[0] != "off")
    return failure{errc::invalid, "usage: check [on|off]"};
  if (!args.empty())
    of_.check(args[0] == "on");
  return json(boost::json::object{{"check", of_.checks()}});
}

result<json> replay_commands::tree(const arguments& args) {
  boost::json::array rows;
  for (const auto& [path, kind] : of_.tree())
    if (args.empty() || runtime::is_below(path, args[0]))
      rows.push_back(boost::json::object{{"path", path}, {"kind", kind}});
  return json(std::move(rows));
}

result<json> replay_commands::help(const arguments& args) {
  boost::json::array rows;
  for (const auto& one : table())
    if (args.empty() || args[0] == one.name)
      rows.push_back(
          to_json(std::map<std::string, std::string>{{"name", std::string{one.name}},
                                                     {"usage", std::string{one.usage}},
                                                     {"about", std::string{one.about}},
                                                     {"example", std::string{one.example}}}));
  if (rows.empty())
    return run(args, stop_); // which tells the nearest
  return json(std::move(rows));
}

// The reader of the commands ends the session.
result<json> replay_commands::quit(const arguments&) {
  return json(nullptr);
}

// -- completion ----------------------------------------------------------------------------------

std::vector<std::string> replay_commands::guess(const arguments& before) const {
  if (before.empty())
    return names();
  const auto& name = before[0];
  if (name == "help" && before.size() == 1)
    return names();
  if (name == "check" && before.size() == 1)
    return {"on", "off"};
  if (name == "message" && before.size() == 1)
    return {"next", "last"};
  std::vector<std::string> found;
  if (name == "state" || name == "break" || name == "watch" || name == "tree") {
    if (before.size() == 1)
      for (auto& [path, kind] : of_.tree())
        found.push_back(path);
    else if (before.size() == 2 && (name == "state" || name == "watch"))
      if (auto state = of_.state(before[1], {}); state && state->is_object())
        for (const auto& field : state->as_object())
          found.emplace_back(field.key());
  }
  return found;
}

} // namespace troupe::tool
