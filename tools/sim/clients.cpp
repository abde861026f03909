#include "tools/sim/clients.hpp"

#include "actors/debug/protocol.hpp"
#include "runtime/wire/pb_login.hpp"

namespace troupe::sim {

using wire::jelly;

void change_client::connected(span) {
  broker_ = wire::pb_broker::connecting();
  out_.clear();
}

void change_client::lost(span) {
  send({});
}

void change_client::send(told what) {
  if (auto report = std::exchange(report_, nullptr))
    report(what);
}

void change_client::ask(std::int64_t object, std::string_view method, std::vector<jelly> args,
                        std::string token) {
  (void)broker_.call(object, method, std::move(args), {}, std::move(token), out_);
}

bool change_client::take(std::string_view came, span) {
  for (auto& event : broker_.take(came, out_)) {
    if (std::get_if<wire::broker_ready>(&event)) {
      ask(wire::pb_root, "login", {jelly::raw("change")}, "login");
    } else if (auto* answer = std::get_if<wire::broker_answer>(&event)) {
      if (!answered(*answer))
        return false;
    } else if (auto* error = std::get_if<wire::broker_error>(&event)) {
      send({false, error->error.type + ": " + error->error.value});
      return false;
    } else if (auto* broken = std::get_if<wire::broker_broken>(&event)) {
      send({false, broken->message});
      return false;
    }
  }
  return true;
}

bool change_client::answered(const wire::broker_answer& news) {
  if (news.token == "login") {
    const auto& parts = news.value.items();
    auto* challenge = parts.size() == 2 ? parts[0].as_text() : nullptr;
    auto challenger = parts.size() == 2 ? parts[1].as_remote() : std::nullopt;
    if (!challenge || !challenger)
      return false;
    ask(*challenger, "respond",
        {jelly::raw(wire::pb_response("changepw", *challenge)), jelly::none()}, "respond");
  } else if (news.token == "respond") {
    auto perspective = news.value.as_remote();
    if (!perspective)
      return false;
    auto change = jelly::dictionary();
    change.add("who", jelly::text("ada"));
    change.add("comments", jelly::text("a change"));
    change.add("files", jelly::list({jelly::text("file.c")}));
    change.add("branch", jelly::text(branch_));
    change.add("revision", jelly::text(revision_));
    ask(*perspective, "addChange", {std::move(change)}, "change");
  } else {
    send({true, {}});
    return false;
  }
  return true;
}

void shell_client::connected(span) {
  boost::json::array args;
  for (std::size_t i = 1; i < words_.size(); ++i)
    args.push_back(to_json(words_[i]));
  boost::json::object line;
  line["v"] = debug::protocol_version;
  line["id"] = 1;
  line["command"] = to_json(words_.at(0));
  line["args"] = std::move(args);
  in_.clear();
  out_ = print(json(std::move(line))) + "\n";
}

void shell_client::lost(span) {
  send({});
}

void shell_client::send(told what) {
  if (auto report = std::exchange(report_, nullptr))
    report(what);
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
    told what;
    if (auto* ok = answer.if_contains("ok"))
      what.ok = ok->is_bool() && ok->as_bool();
    if (auto* content = answer.if_contains("content"))
      what.content = *content;
    if (auto* error = answer.if_contains("error"))
      what.message = print(*error);
    send(std::move(what));
    return false;
  }
  return true;
}

} // namespace troupe::sim
