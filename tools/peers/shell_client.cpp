#include "tools/peers/shell_client.hpp"

#include "actors/debug/protocol.hpp"

namespace troupe::peers {

void shell_client::connected(span) {
  boost::json::array args;
  for (std::size_t i = 1; i < command_.size(); ++i)
    args.push_back(to_json(command_[i]));
  boost::json::object line;
  line["v"] = debug::protocol_version;
  line["id"] = 1;
  line["command"] = to_json(command_.at(0));
  line["args"] = std::move(args);
  in_.clear();
  out_ = print(json(std::move(line))) + "\n";
}

void shell_client::report(const reply& how) {
  if (auto listener = std::exchange(report_, nullptr))
    listener(how);
}

bool shell_client::take(std::string_view came, span) {
  in_ += came;
  for (auto end = in_.find('\n'); end != std::string::npos; end = in_.find('\n')) {
    auto line = parse_json(in_.substr(0, end));
    in_.erase(0, end + 1);
    if (!line || !line->is_object())
      continue;
    const auto& answer = line->as_object();
    auto* more = answer.if_contains("more");
    if (more && more->is_bool() && more->as_bool())
      continue;
    reply how;
    if (auto* ok = answer.if_contains("ok"))
      how.ok = ok->is_bool() && ok->as_bool();
    if (auto* content = answer.if_contains("content"))
      how.content = *content;
    if (auto* error = answer.if_contains("error"))
      how.message = print(*error);
    report(how);
    return false;
  }
  return true;
}

} // namespace troupe::peers
