#include "tools/players/pb_player.hpp"

#include "runtime/wire/pb_login.hpp"

namespace troupe::players {

using wire::jelly;

namespace {

const std::string login_token = "login", respond_token = "respond";

} // namespace

void pb_player::connected(span) {
  broker_ = wire::pb_broker::connecting();
  out_.clear();
}

bool pb_player::ask(std::int64_t object, std::string_view method, std::vector<jelly> args,
                    std::string token) {
  return bool(broker_.call(object, method, std::move(args), {}, std::move(token), out_));
}

bool pb_player::take(std::string_view came, span now) {
  for (auto& event : broker_.take(came, out_))
    if (!hear(event, now))
      return false;
  return true;
}

bool pb_player::hear(wire::broker_event& event, span now) {
  if (std::get_if<wire::broker_ready>(&event)) {
    ask(wire::pb_root, "login", {jelly::raw(user_)}, login_token);
  } else if (auto* call = std::get_if<wire::broker_call>(&event)) {
    return called(*call, now);
  } else if (auto* answer = std::get_if<wire::broker_answer>(&event)) {
    return hear_answer(*answer, now);
  } else if (auto* error = std::get_if<wire::broker_error>(&event)) {
    auto message = error->error.type + ": " + error->error.value;
    if (error->token != login_token && error->token != respond_token)
      return failed(error->token, message, now);
    refused(message, now);
    return false;
  } else if (auto* broken = std::get_if<wire::broker_broken>(&event)) {
    refused(broken->message, now);
    return false;
  }
  return true;
}

bool pb_player::hear_answer(const wire::broker_answer& news, span now) {
  if (news.token == respond_token)
    return admitted(news.value, now);
  if (news.token != login_token)
    return answered(news.token, news.value, now);
  const auto& parts = news.value.items();
  auto* challenge = parts.size() == 2 ? parts[0].as_text() : nullptr;
  auto challenger = parts.size() == 2 ? parts[1].as_remote() : std::nullopt;
  if (!challenge || !challenger) {
    refused("the master's challenge cannot be read", now);
    return false;
  }
  ask(*challenger, "respond", {jelly::raw(wire::pb_response(password_, *challenge)), mind_},
      respond_token);
  broker_.give_back(*challenger, out_);
  return true;
}

} // namespace troupe::players
