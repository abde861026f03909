#include "tools/peers/pb_peer.hpp"

#include "runtime/wire/pb_login.hpp"

namespace troupe::peers {

using wire::jelly;

namespace {

const std::string login_token = "login", respond_token = "respond";

} // namespace

void pb_peer::connected(span) {
  broker_ = wire::pb_broker::connecting();
  out_.clear();
}

bool pb_peer::call(std::int64_t object, std::string_view method, std::vector<jelly> args,
                   std::string token) {
  return bool(broker_.call(object, method, std::move(args), {}, std::move(token), out_));
}

bool pb_peer::take(std::string_view came, span now) {
  for (auto& event : broker_.take(came, out_))
    if (!handle(event, now))
      return false;
  return true;
}

bool pb_peer::handle(wire::broker_event& event, span now) {
  if (std::get_if<wire::broker_ready>(&event)) {
    call(wire::pb_root, "login", {jelly::raw(account_.user)}, login_token);
  } else if (auto* incoming = std::get_if<wire::broker_call>(&event)) {
    return called(*incoming, now);
  } else if (auto* answer = std::get_if<wire::broker_answer>(&event)) {
    return handle_answer(*answer, now);
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

bool pb_peer::handle_answer(const wire::broker_answer& answer, span now) {
  if (answer.token == respond_token)
    return admitted(answer.value, now);
  if (answer.token != login_token)
    return answered(answer.token, answer.value, now);
  const auto& parts = answer.value.items();
  auto* challenge = parts.size() == 2 ? parts[0].as_text() : nullptr;
  auto challenger = parts.size() == 2 ? parts[1].as_remote() : std::nullopt;
  if (!challenge || !challenger) {
    refused("the master's challenge cannot be read", now);
    return false;
  }
  call(*challenger, "respond",
       {jelly::raw(wire::pb_response(account_.password, *challenge)), mind_}, respond_token);
  // A client without a mind makes one call and leaves: the end of its connection gives back all.
  if (!mind_.is_none())
    give_back(*challenger);
  return true;
}

} // namespace troupe::peers
