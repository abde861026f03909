#include "actors/debug/protocol.hpp"

#include <fmt/format.h>

namespace troupe::debug {

result<shell_request> read_request(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed)
    return parsed.error().in("not a JSON object");
  shell_request request;
  if (auto done = from_json(request, *parsed); !done)
    return done.error().in("request");
  if (request.v != protocol_version)
    return failure{errc::invalid, fmt::format("this master speaks version {} of the shell's "
                                              "protocol, not {}",
                                              protocol_version, request.v)};
  return request;
}

std::string answer_line(std::int64_t id, const json& content, bool more) {
  boost::json::object out;
  out["v"] = protocol_version;
  out["id"] = id;
  out["ok"] = true;
  out["more"] = more;
  out["content"] = content;
  return print(out) + "\n";
}

boost::json::object error_object(const failure& why) {
  auto code = to_string(why.code);
  return {{"code", boost::json::string_view{code.data(), code.size()}},
          {"message", to_json(why.message)}};
}

std::string error_line(std::int64_t id, const failure& why) {
  boost::json::object out;
  out["v"] = protocol_version;
  out["id"] = id;
  out["ok"] = false;
  out["more"] = false;
  out["error"] = error_object(why);
  return print(out) + "\n";
}

result<std::vector<std::string>> line_reader::take(std::string_view came) {
  std::vector<std::string> lines;
  while (true) {
    auto end = came.find('\n');
    auto part = came.substr(0, end);
    if (pending.size() + part.size() > line_bytes_max)
      return failure{errc::invalid, fmt::format("a line of more than {} bytes", line_bytes_max)};
    pending += part;
    if (end == std::string_view::npos)
      return lines;
    if (!pending.empty() && pending.back() == '\r')
      pending.pop_back();
    if (!pending.empty())
      lines.push_back(pending);
    pending.clear();
    came.remove_prefix(end + 1);
  }
}

} // namespace troupe::debug
