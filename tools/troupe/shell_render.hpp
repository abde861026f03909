// Answers of the shell as people read them on a terminal, or programs with --json. Pure.
#pragma once

#include <string>
#include <string_view>

#include "storage/json.hpp"

namespace troupe::tool {

struct terminal {
  std::size_t columns = 0; ///< 0: not a terminal; nothing is cut.
  bool colours = false;
};

/// Tables for lists of maps, "key: value" for maps; ends with a newline unless empty.
std::string render(std::string_view command, const json& content, const terminal& at);

/// {"troupe_shell": 1, "command": …, "content": …} in a line; the number rises when that changes.
std::string json_line(std::string_view command, const json& content);
/// The same with {"error": {"code": …, "words": …}} in place of the content.
std::string json_error_line(std::string_view command, const failure& why);

/// Pads to columns, a header in capitals, the last column cut at the terminal's edge.
std::string render_table(const boost::json::array& rows, const terminal& at);
/// A page of the tree by indentation, and how to see the next.
std::string render_tree(const boost::json::object& page);
/// A plan, or the outcome of a reconfiguration.
std::string render_reconfig(const boost::json::object& outcome);
/// A page of a log, without channel letters; coloured by channel.
std::string render_log_page(const json& page, const terminal& at);
/// "20:42:16.123 /a/b <- /c: a::message {…}".
std::string render_traced(const boost::json::object& one);
/// "2026-11-22 20:42:16 builds/7/new {…}".
std::string render_event(const json& event);

} // namespace troupe::tool
