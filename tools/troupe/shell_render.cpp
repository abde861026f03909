#include "tools/troupe/shell_render.hpp"

#include <algorithm>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "actors/debug/protocol.hpp"
#include "runtime/log.hpp"

namespace troupe::tool {

namespace {

/// Instants of the master: "2026-11-22T20:42:16.123456Z".
bool is_instant(std::string_view text) {
  return text.size() == 27 && text[4] == '-' && text[10] == 'T' && text.back() == 'Z';
}

/// What a cell of a table holds; no control characters, or a line would be two.
std::string plain(const json& value) {
  if (value.is_null())
    return "-";
  if (value.is_bool())
    return value.get_bool() ? "yes" : "no";
  if (value.is_double())
    return fmt::format("{:.1f}", value.get_double());
  if (!value.is_string())
    return print(value);
  std::string text{value.get_string()};
  if (is_instant(text))
    return text.substr(0, 10) + " " + text.substr(11, 8) + "Z";
  std::string out;
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  return out;
}

bool continues(char c) {
  return (c & 0xc0) == 0x80;
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

/// The first `columns` characters.
std::string cut(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t n = 0; at < text.size(); ++at)
    if (!continues(text[at]) && n++ == columns)
      break;
  return std::string{text.substr(0, at)};
}

bool is_number(const json& value) {
  return value.is_number();
}

bool is_table(const json& value) {
  const auto* rows = value.if_array();
  return rows && !rows->empty()
         && std::all_of(rows->begin(), rows->end(), [](const json& x) { return x.is_object(); });
}

std::string heading(std::string_view key) {
  std::string out{key};
  for (char& c : out)
    c = c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::string indented(const std::string& text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = text.find('\n', begin);
    out += "  " + text.substr(begin, end - begin) + "\n";
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return out;
}

std::string render_map(const boost::json::object& map, const terminal& at) {
  std::size_t widest = 0;
  for (const auto& [key, value] : map)
    widest = std::max(widest, width({key.data(), key.size()}));
  std::string out;
  for (const auto& [key, value] : map) {
    std::string name{key.data(), key.size()};
    auto inner = value.if_object();
    if (is_table(value) || (inner && !inner->empty()))
      out += name + ":\n" + indented(render({}, value, {}));
    else
      out += fmt::format("{}:{} {}\n", name, std::string(widest - width(name), ' '), plain(value));
  }
  (void)at;
  return out;
}

/// "worker w1 is paused (since 2026-11-22 20:42:16Z)."
std::string sentence(const json& cause, std::string_view about) {
  const auto& parts = cause.get_object();
  auto message = plain(parts.at("message"));
  std::string out;
  if (message.rfind(about, 0) != 0)
    out = std::string{about} + ": ";
  out += message;
  std::string times;
  for (auto key : {"since", "until"})
    if (const auto& value = parts.at(key); !value.is_null())
      times += fmt::format("{}{} {}", times.empty() ? "" : ", ", key, plain(value));
  return out + (times.empty() ? "" : " (" + times + ")") + ".\n";
}

std::string envelope(std::string_view command, const char* key, const json& value) {
  constexpr int version = 1;
  return print(boost::json::object{
             {"troupe_shell", version}, {"command", to_json(std::string{command})}, {key, value}})
         + "\n";
}

} // namespace

std::string json_line(std::string_view command, const json& content) {
  return envelope(command, "content", content);
}

std::string json_error_line(std::string_view command, const failure& why) {
  return envelope(command, "error", debug::error_object(why));
}

std::string render_table(const boost::json::array& rows, const terminal& at) {
  std::vector<std::string> keys;
  for (const auto& row : rows)
    for (const auto& [key, value] : row.get_object())
      if (std::find(keys.begin(), keys.end(), std::string_view{key.data(), key.size()})
          == keys.end())
        keys.emplace_back(key.data(), key.size());
  std::vector<std::vector<std::string>> lines(1);
  std::vector<bool> right(keys.size(), true);
  for (const auto& key : keys)
    lines[0].push_back(heading(key));
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      auto* value = row.get_object().if_contains(keys[i]);
      line.push_back(value ? plain(*value) : "");
      right[i] = right[i] && (!value || is_number(*value) || value->is_null());
    }
  }
  std::vector<std::size_t> widths(keys.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < keys.size(); ++i)
      widths[i] = std::max(widths[i], width(line[i]));
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      std::string space(widths[i] - width(line[i]), ' ');
      text += (i ? "  " : "") + (right[i] ? space + line[i] : line[i] + space);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += (at.columns ? cut(text, at.columns) : text) + "\n";
  }
  return out;
}

std::string render_tree(const boost::json::object& page) {
  boost::json::array rows;
  for (const auto& one : page.at("services").as_array()) {
    auto row = one.get_object();
    std::string path{row["path"].as_string()};
    auto depth = path == "/" ? 0 : std::count(path.begin(), path.end(), '/');
    auto name = path == "/" ? path : path.substr(path.rfind('/') + 1);
    boost::json::object shown;
    shown["service"] = std::string(static_cast<std::size_t>(depth) * 2, ' ') + name;
    for (const auto& [key, value] : row)
      if (key != "path")
        shown[key] = key == "age_seconds" && value.is_number()
                         ? json(value.to_number<double>() < 100
                                    ? fmt::format("{:.1f} s", value.to_number<double>())
                                    : fmt::format("{:.0f} min", value.to_number<double>() / 60))
                         : value;
    rows.push_back(std::move(shown));
  }
  auto out = render_table(rows, {});
  if (const auto* next = page.at("next").if_string())
    out += fmt::format("there is more: tree --from {}\n", std::string_view{*next});
  return out;
}

std::string render_help(const boost::json::array& commands, const terminal& at) {
  auto text = [](const json& row, const char* key) {
    return std::string{row.as_object().at(key).as_string()};
  };
  if (commands.size() == 1) {
    const auto& one = commands[0];
    auto writes = one.as_object().at("writes").as_bool();
    return fmt::format("{} {}\n  {}{}\n  example: {}\n", text(one, "name"), text(one, "usage"),
                       text(one, "about"),
                       writes ? " (changes something: confirmed on a terminal, and recorded)" : "",
                       text(one, "example"));
  }
  boost::json::array rows;
  for (const auto& one : commands)
    rows.push_back(boost::json::object{{"command", one.as_object().at("writes").as_bool()
                                                       ? text(one, "name") + " *"
                                                       : text(one, "name")},
                                       {"about", one.as_object().at("about")}});
  return render_table(rows, at) + "* changes something.  help COMMAND says more.\n";
}

std::string render_reconfig(const boost::json::object& outcome) {
  auto text = [&](const char* key) {
    const auto* found = outcome.if_contains(key);
    return found && found->is_string() ? std::string{found->get_string()} + "\n" : std::string{};
  };
  auto out = text("message") + text("outcome");
  const auto* plan = outcome.if_contains("plan");
  if (!plan || !plan->is_object())
    return out;
  for (const auto& one : plan->get_object().at("changes").as_array()) {
    const auto& change = one.as_object();
    out += fmt::format("  {:<6} {}\n", std::string_view{change.at("act").as_string()},
                       std::string_view{change.at("path").as_string()});
    for (const auto& key : change.at("keys").as_array())
      out += fmt::format("         {}\n", std::string_view{key.as_string()});
  }
  if (auto left = plan->get_object().at("left_out").to_number<std::int64_t>(); left > 0)
    out += fmt::format("  and {} more\n", left);
  return out;
}

std::string render_log_page(const json& page, const terminal& at) {
  const auto& parts = page.get_object();
  std::string_view text{parts.at("text").as_string()};
  if (parts.at("type").as_string() != "s")
    return std::string{text};
  std::string out;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size() - 1);
    auto line = text.substr(1, end);
    const char* colour = !at.colours      ? ""
                         : text[0] == 'h' ? "\033[34m"
                         : text[0] == 'e' ? "\033[31m"
                                          : "";
    out += colour;
    out += line.substr(0, line.size() - (end < text.size() && text[end] == '\n' ? 1 : 0));
    out += *colour ? "\033[0m\n" : "\n";
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string render_traced(const boost::json::object& one) {
  auto text = [&](const char* key) { return std::string_view{one.at(key).as_string()}; };
  auto from = text("from");
  const auto* said_by = one.if_contains("said_by"); // a master of an older version tells none
  auto turn = said_by ? said_by->to_number<std::int64_t>() : 0;
  instant at{span{static_cast<std::int64_t>(one.at("at").to_number<double>() * 1e6)}};
  return fmt::format("{} {} <- {}{}: {} {}\n", runtime::as_iso(at).substr(11, 12), text("to"),
                     from.empty() ? "outside" : from,
                     turn == 0 ? "" : fmt::format(" (said by {})", turn), text("type"),
                     print(one.at("fields")));
}

std::string render_event(const json& event) {
  const auto& parts = event.get_object();
  auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%H:%M:%S} {} {}\n", fmt::localtime(now),
                     std::string_view{parts.at("topic").as_string()}, print(parts.at("content")));
}

namespace {

/// A line for each turn, those that came of others below them.
std::string render_chain(const boost::json::array& links) {
  std::string out;
  std::int64_t first = 0;
  for (const auto& link : links)
    first = std::min(first, link.at("depth").as_int64());
  for (const auto& link : links) {
    auto text = [&](const char* key) { return std::string_view{link.at(key).as_string()}; };
    auto depth = link.at("depth").as_int64();
    auto indent = std::min<std::int64_t>(depth - first, 30);
    out += fmt::format("{}{} {:>8}  {}{}: {}{}{}\n", depth == 0 ? "> " : "  ",
                       text("at").substr(11, 15), link.at("order").to_number<std::int64_t>(),
                       std::string(static_cast<std::size_t>(indent) * 2, ' '), text("cell"),
                       text("doing"),
                       text("sender").empty() ? "" : " <- " + std::string{text("sender")},
                       link.at("commit").to_number<std::int64_t>() != 0 ? " (stored)" : "");
    if (depth == 0 && !link.at("message").is_null())
      out += "      " + print(link.at("message").at("fields")) + "\n";
  }
  return out;
}

} // namespace

std::string render_explanation(const boost::json::object& of) {
  std::string out;
  for (const auto& one : of.at("causes").get_array()) {
    auto line = sentence(one, out.empty() ? plain(of.at("about")) : std::string{});
    out += out.empty() ? line : indented(line);
  }
  if (const auto* chain = of.if_contains("chain"))
    for (const auto& link : chain->get_array())
      out += indented("because " + render_explanation(link.get_object()));
  return out;
}

std::string render(std::string_view command, const json& content, const terminal& at) {
  if (content.is_null())
    return "done\n";
  if (command == "watch" && content.is_object())
    return render_event(content);
  if (command == "log" && content.is_object())
    return content.get_object().contains("text") ? render_log_page(content, at) : std::string{};
  if (command == "help" && is_table(content))
    return render_help(content.get_array(), at);
  if (command == "tree" && content.is_object())
    return render_tree(content.get_object());
  if ((command == "reconfig" || command == "config") && content.is_object()
      && (content.get_object().contains("plan") || content.get_object().contains("stage")))
    return render_reconfig(content.get_object());
  if (command == "trace" && content.is_object() && content.get_object().contains("type"))
    return render_traced(content.get_object());
  if (command == "why" && content.is_object())
    return render_explanation(content.get_object());
  if (command == "cause" && is_table(content))
    return render_chain(content.get_array());
  if (is_table(content))
    return render_table(content.get_array(), at);
  if (const auto* map = content.if_object(); map && !map->empty())
    return render_map(*map, at);
  if (const auto* list = content.if_array()) {
    if (list->empty())
      return "(none)\n";
    std::string out;
    for (const auto& one : *list)
      out += plain(one) + "\n";
    return out;
  }
  return plain(content) + "\n";
}

} // namespace troupe::tool
