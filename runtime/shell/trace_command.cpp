// `trace`: messages as they are taken.
#include "runtime/observation/field_match.hpp"
#include "runtime/observation/trace.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/shell/call_words.hpp"
#include "runtime/shell/commands.hpp"

namespace troupe::shell {

namespace {

constexpr std::int64_t traced_max = 10'000;
constexpr std::int64_t trace_seconds_max = 3600;
constexpr std::string_view usage =
    "usage: trace PATH|TYPE [where FIELD=VALUE] [max N] [in SECONDS]";

/// What stands behind a command's name.
result<runtime::trace_wish> read_wish(const std::vector<std::string>& args, instant now) {
  runtime::trace_wish wish;
  (args[0].front() == '/' ? wish.path : wish.type) = args[0];
  std::int64_t seconds = 60;
  for (std::size_t i = 1; i + 1 < args.size(); i += 2) {
    const auto& value = args[i + 1];
    auto number = read_number(value);
    auto equals = value.find('=');
    if (args[i] == "where" && equals != std::string::npos && equals > 0) {
      wish.field = value.substr(0, equals);
      wish.value = runtime::typed_value(std::string_view{value}.substr(equals + 1));
    } else if (args[i] == "max" && number && *number >= 1 && *number <= traced_max) {
      wish.max = *number;
    } else if (args[i] == "in" && number && *number >= 1 && *number <= trace_seconds_max) {
      seconds = *number;
    } else {
      return failure{errc::invalid,
                     fmt::format("{} {}: {}; at most {} messages, {} seconds", args[i], value,
                                 usage, traced_max, trace_seconds_max)};
    }
  }
  if (args.size() % 2 == 0)
    return failure{errc::invalid, std::string{usage}};
  wish.until = now + std::chrono::seconds{seconds};
  return wish;
}

outcome trace(call& by) {
  auto wish = read_wish(by.args, by.now());
  if (!wish)
    return wish.error();
  if (!wish->path.empty() && !by.is_there(wish->path))
    return by.nobody_at(wish->path);
  if (!wish->type.empty() && !by.cell.kinds().known_messages().find(wish->type))
    return failure{errc::not_found,
                   fmt::format("{}: neither a path nor a message's type; see hears", wish->type)};
  wish->token = by.ask({}, wish->until - by.now());
  wish->owner = by.cell.me();
  if (auto added = by.cell.traces().add(std::move(*wish)); !added)
    return added.error();
  return later;
}

outcome traced(call& by, const runtime::any_message& message) {
  if (const auto* over = message.as<runtime::trace_over>()) {
    auto shown = to_json(*over).as_object();
    shown.erase("token");
    return std::optional{json(std::move(shown))};
  }
  by.stays_open = true;
  if (const auto* one = message.as<runtime::traced>()) {
    auto shown = to_json(*one).as_object();
    shown.erase("token");
    by.at.say(by, std::move(shown));
  }
  return later;
}

// Nothing may come to end it by; its end is told by `trace_over`.
outcome time_over(call& by) {
  by.cell.traces().end(by.token, "time");
  by.stays_open = true;
  return later;
}

void dropped(call& by) {
  by.cell.traces().end(by.token);
}

} // namespace

const command_table& trace_commands() {
  static const command_table table{
      {"trace", "PATH|TYPE [where FIELD=VALUE] [max N] [in SECONDS]",
       "messages as they are taken, for a while", "trace /botmaster/brd max 20 in 60",
       category::services, 1, 7, trace, false, traced, time_over, dropped},
  };
  return table;
}

} // namespace troupe::shell
