// The past: what is recorded, and what the record tells.
#include "runtime/journal/recorder.hpp"
#include "runtime/replay/journal_query_service.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/shell/call_words.hpp"
#include "runtime/shell/commands.hpp"

namespace troupe::shell {

namespace {

/// With the journal: a query may have to play a whole ring.
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

outcome journal(call& by) {
  if (!by.cell.recorder())
    return not_recorded();
  auto token = by.ask(std::string{runtime::journal_query_path}, past_patience);
  by.send(runtime::journal_query_path, runtime::tell_segments{token, by.cell.me()});
  return later;
}

json journal_view(const runtime::recording_view& is, instant now, const json& segments) {
  boost::json::object out = to_json(is).as_object();
  auto seconds = in_seconds(now - is.began);
  out["records_per_second"] = per_second(is.records, seconds);
  out["written_bytes_per_second"] = per_second(is.written_bytes, seconds);
  out["began"] = is.on ? to_json(runtime::as_iso(is.began)) : json(nullptr);
  for (auto [key, at] : {std::pair{"lost_at", is.lost_at}, std::pair{"dropped_at", is.dropped_at}})
    out[key] = at == instant{} ? json(nullptr) : to_json(runtime::as_iso(at));
  out["segment_list"] = with_times(segments, {"first_at", "last_at"});
  return out;
}

/// The answer of the journal, or why there is none.
result<json> told(const runtime::any_message& message) {
  const auto* news = message.as<runtime::past_told>();
  if (!news)
    return failure{errc::bug, "the journal's answer is another message"};
  if (!news->ok)
    return failure{errc::not_found, news->message};
  return news->content;
}

outcome journal_told(call& by, const runtime::any_message& message) {
  auto content = told(message);
  if (!content)
    return content.error();
  if (auto* now_recorded = by.cell.recorder())
    return std::optional{journal_view(now_recorded->view(), by.now(), *content)};
  return not_recorded();
}

outcome past_told(call&, const runtime::any_message& message) {
  auto content = told(message);
  if (!content)
    return content.error();
  return std::optional{with_times(std::move(*content), {"at"})};
}

// An investigation has a ring of its own beside the journal, whose beginning is not written over
// before it has grown as large as the journal may.
outcome record_ring(call& by) {
  auto* to = by.cell.recorder();
  if (!to)
    return not_recorded();
  const auto& name = by.args[0];
  if (by.args.size() == 1 && name == "end") {
    if (!to->end_investigation())
      return failure{errc::conflict, "no investigation is recorded; record begin NAME begins one"};
    return std::optional{json(nullptr)};
  }
  if (name != "begin" || by.args.size() != 2 || !is_ring_name(by.args[1]))
    return failure{errc::invalid,
                   "usage: record begin NAME (letters, digits, - and _), or record end"};
  auto folder = to->beside("journal-" + by.args[1]);
  if (auto done = to->investigate(folder, by.around.journal.limits); !done)
    return done.error();
  return std::optional{json(boost::json::object{{"folder", folder}})};
}

outcome at_time(call& by) {
  if (!by.cell.recorder())
    return not_recorded();
  auto when = read_instant(by.args[0], by.now());
  if (!when || by.args[1] != "state")
    return failure{errc::invalid,
                   fmt::format("usage: at TIME state PATH; TIME is 2026-11-22T19:42:00Z, 19:42:00 "
                               "(today, UTC) or 90s, 5m, 2h (ago){}",
                               when ? "" : "; not a time: " + by.args[0])};
  auto token = by.ask(std::string{runtime::journal_query_path}, past_patience);
  by.send(runtime::journal_query_path,
          runtime::tell_past_state{by.args[2], *when, token, by.cell.me()});
  return later;
}

outcome cause(call& by) {
  if (!by.cell.recorder())
    return not_recorded();
  runtime::cause_question what;
  if (by.args.size() == 1) {
    auto number = read_number(by.args[0]);
    if (!number || *number == 0)
      return failure{errc::invalid, "usage: cause RECORD, or cause PATH TYPE (the last of them)"};
    what.order = static_cast<std::uint64_t>(*number);
  } else {
    what.cell = by.args[0];
    what.type = by.args[1];
    if (!by.cell.kinds().known_messages().find(what.type))
      return failure{errc::not_found, fmt::format("{}: no message is called that; see hears {}",
                                                  what.type, what.cell)};
  }
  auto token = by.ask(std::string{runtime::journal_query_path}, past_patience);
  by.send(runtime::journal_query_path, runtime::tell_causes{std::move(what), token, by.cell.me()});
  return later;
}

} // namespace

const command_table& journal_commands() {
  constexpr auto group = category::recording;
  static const command_table table{
      {"journal", "", "what is recorded of the messages: segments, span, rate, losses", "journal",
       group, 0, 0, journal, false, journal_told},
      {"at", "TIME state PATH", "the state of a service as it was, from the journal",
       "at 5m state /botmaster/brd", group, 3, 3, at_time, false, past_told},
      {"cause", "RECORD|PATH TYPE", "what led to a message, and what it led to, from the journal",
       "cause /botmaster/brd botmaster::add_buildset", group, 1, 2, cause, false, past_told},
      {"record", "begin NAME|end", "records into a new ring for an investigation",
       "record begin lost-builds", group, 1, 2, record_ring, true},
  };
  return table;
}

} // namespace troupe::shell
