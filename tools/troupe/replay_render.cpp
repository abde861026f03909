// Answers of `troupe replay -i`, for people and programs.
#include <fmt/format.h>

#include "actors/debug/protocol.hpp"
#include "tools/troupe/replay_commands.hpp"
#include "tools/troupe/shell_render.hpp"

namespace troupe::tool {

namespace {

std::string_view words_of(const json& of, const char* key) {
  return std::string_view{of.at(key).as_string()};
}

/// "record 17 2026-…Z  /a: counting::add <- /b (of record 12)".
std::string render_record(const json& of) {
  auto sender = words_of(of, "sender");
  auto cause = of.at("cause").to_number<std::int64_t>();
  auto doing = words_of(of, "doing");
  auto kind = words_of(of, "kind");
  return fmt::format("record {} {}  {}: {}{}{}", of.at("order").to_number<std::int64_t>(),
                     words_of(of, "at"), words_of(of, "cell"),
                     kind == "event" ? std::string{doing}
                     : doing.empty() ? std::string{kind}
                                     : fmt::format("{} ({})", doing, kind),
                     sender.empty() ? "" : fmt::format(" <- {}", sender),
                     cause == 0 ? "" : fmt::format(" (said by {})", cause));
}

std::string render_stop(const json& of) {
  std::string out;
  for (const auto& one : of.at("notes").as_array())
    out += fmt::format("note: {}\n", std::string_view{one.as_string()});
  auto why = words_of(of, "why");
  if (why == "breakpoint")
    out += fmt::format("breakpoint {}\n", of.at("breakpoint").to_number<std::int64_t>());
  if (why == "interrupted")
    out += "interrupted\n";
  if (const auto& changed = of.at("changed"); !changed.is_null())
    out += fmt::format("watch {}: {} of {} was {}, is {}\n",
                       changed.at("number").to_number<std::int64_t>(), words_of(changed, "field"),
                       words_of(changed, "path"), print(changed.at("before")),
                       print(changed.at("after")));
  if (const auto& other = of.at("differs"); !other.is_null())
    out += fmt::format("differs: {}\n  recorded: {}\n  now:      {}\n", words_of(other, "what"),
                       print(other.at("recorded")), print(other.at("now")));
  const auto& last = of.at("last");
  const auto& next = of.at("next");
  if (!last.is_null() && !next.is_null() && last.at("run") != next.at("run"))
    out += fmt::format("run {} begins next\n", next.at("run").to_number<std::int64_t>());
  out += (last.is_null() ? "at the beginning" : "played " + render_record(last)) + "\n";
  return out + (next.is_null() ? "at the end" : "next   " + render_record(next)) + "\n";
}

std::string render_message(const json& of) {
  const auto& record = of.at("record");
  auto out = (of.at("taken").as_bool() ? "played " : "next   ") + render_record(record) + "\n";
  if (of.at("known").as_bool())
    return out + render("state", of.at("message").at("fields"), {});
  bool event = words_of(record, "kind") == "event";
  return out + (event ? "it takes no message, or one that is not known\n" : "it is no event\n");
}

std::string render_commands(const boost::json::array& rows) {
  auto call = [](const json& one) {
    return fmt::format("{} {}", words_of(one, "name"), words_of(one, "usage"));
  };
  if (rows.size() == 1)
    return fmt::format("{}\n  {}\n  example: {}\n", call(rows[0]), words_of(rows[0], "about"),
                       words_of(rows[0], "example"));
  boost::json::array lines;
  for (const auto& one : rows)
    lines.push_back(boost::json::object{{"command", call(one)}, {"about", one.at("about")}});
  return render_table(lines, {}); // a sentence that is cut helps nobody
}

} // namespace

std::string render_replay(std::string_view command, const json& content, std::size_t columns) {
  if (const auto* parts = content.if_object(); parts && parts->contains("why"))
    return render_stop(content);
  if (command == "message")
    return render_message(content);
  if (command == "help")
    return render_commands(content.as_array());
  if (command == "state" && content.is_null())
    return "null\n";
  if (command == "tree" || command == "breaks") // tables
    return render("rows", content, {columns, false});
  return render(command, content, {columns, false});
}

std::string replay_json_line(std::string_view command, const result<json>& answer) {
  boost::json::object out{{"troupe_replay", 1}, {"command", to_json(std::string{command})}};
  if (answer)
    out["content"] = *answer;
  else
    out["error"] = debug::error_object(answer.error());
  return print(out) + "\n";
}

} // namespace troupe::tool
