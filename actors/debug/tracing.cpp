// `trace`: messages as they are taken.
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "runtime/observation/field_match.hpp"

namespace troupe::debug {

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

} // namespace

outcome debug::trace(const shell_call& call) {
  auto wish = read_wish(call.args, now());
  if (!wish)
    return wish.error();
  if (!wish->path.empty() && !is_there(wish->path))
    return nobody_at(wish->path);
  if (!wish->type.empty() && !kinds().known_messages().find(wish->type))
    return failure{errc::not_found,
                   fmt::format("{}: neither a path nor a message's type; see hears", wish->type)};
  wish->token = fmt::format("trace:{}", state().next_token++);
  wish->owner = me();
  auto token = wish->token;
  auto patience = wish->until - now();
  if (auto added = traces().add(std::move(*wish)); !added)
    return added.error();
  state().traces.emplace(token, trace_stream{call.connection, call.id});
  start_timer(token, patience, trace_due{token});
  return std::optional<json>{};
}

void debug::on(const runtime::traced& news) {
  auto found = state().traces.find(news.token);
  if (found == state().traces.end())
    return;
  auto shown = to_json(news).as_object();
  shown.erase("token");
  reply(found->second.connection, answer_line(found->second.id, std::move(shown), true));
}

void debug::on(const runtime::trace_over& news) {
  auto found = state().traces.extract(news.token);
  forget(news.token);
  if (found.empty())
    return;
  auto shown = to_json(news).as_object();
  shown.erase("token");
  reply(found.mapped().connection, answer_line(found.mapped().id, std::move(shown)));
}

// Nothing may come to end it by.
void debug::on(const trace_due& due) {
  traces().end(due.token, "time");
}

void debug::end_trace(const std::string& token) {
  traces().end(token);
}

} // namespace troupe::debug
