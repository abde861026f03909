// The past: what is recorded, and what the record tells.
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "runtime/journal/recorder.hpp"
#include "runtime/replay/journal_query_service.hpp"

namespace troupe::debug {

namespace {

/// For whoever reads the record: a whole ring may have to be played.
constexpr auto past_patience = std::chrono::seconds{60};
constexpr std::size_t ring_name_bytes_max = 64;

bool is_ring_name(std::string_view name) {
  return !name.empty() && name.size() <= ring_name_bytes_max
         && std::all_of(name.begin(), name.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '_';
            });
}

failure not_recorded() {
  return {errc::unavailable, "this master has nobody who records"};
}

/// An instant in JSON, for people.
json as_text(const json& seconds) {
  return to_json(runtime::as_iso(
      instant{span{static_cast<std::int64_t>(seconds.to_number<double>() * 1e6 + 0.5)}}));
}

/// The same content with its instants as text.
json with_times(json content, std::initializer_list<const char*> keys) {
  auto dress = [&](json& one) {
    for (auto key : keys)
      one.as_object()[key] = as_text(one.at(key));
  };
  if (content.is_array())
    for (auto& row : content.as_array())
      dress(row);
  else
    dress(content);
  return content;
}

json per_second(std::int64_t count, double seconds) {
  return seconds > 0 ? json(static_cast<double>(count) / seconds) : json(nullptr);
}

} // namespace

outcome debug::journal(const shell_call& call) {
  if (!recorder())
    return not_recorded();
  auto token = ask(call, std::string{runtime::journal_query_path}, past_patience, "journal");
  send(address_of(runtime::journal_query_path), runtime::tell_segments{token, me()});
  return std::optional<json>{};
}

json debug::journal_view(const json& segments) {
  auto now_recorded = recorder()->view();
  boost::json::object out = to_json(now_recorded).as_object();
  auto seconds = std::chrono::duration<double>(now() - now_recorded.began).count();
  out["records_per_second"] = per_second(now_recorded.records, seconds);
  out["written_bytes_per_second"] = per_second(now_recorded.written_bytes, seconds);
  out["began"] = now_recorded.on ? to_json(runtime::as_iso(now_recorded.began)) : json(nullptr);
  for (auto [key, at] : {std::pair{"lost_at", now_recorded.lost_at},
                         std::pair{"left_out_at", now_recorded.left_out_at}})
    out[key] = at == instant{} ? json(nullptr) : to_json(runtime::as_iso(at));
  out["segment_list"] = with_times(segments, {"first_at", "last_at"});
  return out;
}

// An investigation has a ring of its own beside the journal, whose beginning is not written over
// before it has grown as large as the journal may.
outcome debug::record_ring(const shell_call& call) {
  auto* to = recorder();
  if (!to)
    return not_recorded();
  const auto& name = call.args[0];
  if (call.args.size() == 1 && name == "end") {
    if (!to->end_investigation())
      return failure{errc::conflict, "no investigation is recorded; record begin NAME begins one"};
    return std::optional{json(nullptr)};
  }
  if (name != "begin" || call.args.size() != 2 || !is_ring_name(call.args[1]))
    return failure{errc::invalid,
                   "usage: record begin NAME (letters, digits, - and _), or record end"};
  auto folder = to->beside("journal-" + call.args[1]);
  if (auto done = to->investigate(folder, config().journal.limits); !done)
    return done.error();
  return std::optional{json(boost::json::object{{"folder", folder}})};
}

outcome debug::at_time(const shell_call& call) {
  if (!recorder())
    return not_recorded();
  auto when = read_instant(call.args[0], now());
  if (!when || call.args[1] != "state")
    return failure{errc::invalid,
                   fmt::format("usage: at TIME state PATH; TIME is 2026-11-22T19:42:00Z, 19:42:00 "
                               "(today, UTC) or 90s, 5m, 2h (ago){}",
                               when ? "" : "; not a time: " + call.args[0])};
  const auto& path = call.args[2];
  auto token = ask(call, std::string{runtime::journal_query_path}, past_patience, "at");
  send(address_of(runtime::journal_query_path), runtime::tell_past_state{path, *when, token, me()});
  return std::optional<json>{};
}

outcome debug::cause(const shell_call& call) {
  if (!recorder())
    return not_recorded();
  runtime::cause_question what;
  if (call.args.size() == 1) {
    auto number = read_number(call.args[0]);
    if (!number || *number == 0)
      return failure{errc::invalid, "usage: cause RECORD, or cause PATH TYPE (the last of them)"};
    what.order = static_cast<std::uint64_t>(*number);
  } else {
    what.cell = call.args[0];
    what.type = call.args[1];
    if (!kinds().known_messages().find(what.type))
      return failure{errc::not_found, fmt::format("{}: no message is called that; see hears {}",
                                                  what.type, what.cell)};
  }
  auto token = ask(call, std::string{runtime::journal_query_path}, past_patience, "cause");
  send(address_of(runtime::journal_query_path), runtime::tell_causes{std::move(what), token, me()});
  return std::optional<json>{};
}

void debug::on(const runtime::past_told& news) {
  auto asked = state().questions.find(news.token);
  if (asked == state().questions.end())
    return;
  if (!news.ok)
    conclude(news.token, failure{errc::not_found, news.message});
  else if (asked->second.command == "journal" && recorder())
    conclude(news.token, journal_view(news.content));
  else
    conclude(news.token, with_times(news.content, {"at"}));
}

} // namespace troupe::debug
