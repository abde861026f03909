#include "runtime/wire/pb_broker.hpp"

#include <fmt/format.h>

namespace troupe::wire {

const jelly* broker_call::argument(std::size_t position, std::string_view name) const {
  if (position < args.size())
    return &args[position];
  for (const auto& [key, value] : kw)
    if (key == name)
      return &value;
  return nullptr;
}

pb_broker pb_broker::listening(pb_limits limits) {
  return pb_broker{pb_broker_state{.listening = true, .limits = limits}};
}

pb_broker pb_broker::connecting(pb_limits limits) {
  return pb_broker{pb_broker_state{.listening = false, .limits = limits}};
}

bytes pb_broker::greeting() const {
  bytes out;
  if (state_.listening)
    (void)append_banana(out, sexp::list("pb", "none"), false);
  return out;
}

/// True if that was the last reference.
bool pb_broker::drop_one(std::int64_t id) {
  auto object = state_.objects.find(id);
  if (--object->second.count > 0)
    return false;
  state_.ids.erase(object->second.key);
  state_.objects.erase(object);
  return true;
}

result<void> pb_broker::send(const sexp& message, bytes& out) {
  return append_banana(out, message, state_.incoming.words_known);
}

std::int64_t pb_broker::id_for(const std::string& key) {
  auto [known, is_new] = state_.ids.try_emplace(key, state_.next_object);
  if (is_new)
    state_.objects[state_.next_object++].key = key;
  return known->second;
}

/// Puts ids in place of our keys, and counts: `counted` has each id as often as it now counts more.
result<void> pb_broker::hand_out(jelly& value, std::vector<std::int64_t>& counted) {
  result<void> outcome;
  auto name = [&](jelly& part) {
    if (const auto* key = part.as_own()) {
      auto id = id_for(*key);
      ++state_.objects[id].count;
      counted.push_back(id);
      part = jelly::remote(id);
      return;
    }
    auto id = part.as_remote() ? part.as_remote() : part.as_local();
    if (!id)
      return;
    if (!state_.references.contains(*id))
      outcome = failure{errc::not_found, fmt::format("object {} of the peer is not held", *id)};
    part = jelly::local(*id);
  };
  value.for_each_part(name);
  if (static_cast<std::int64_t>(state_.objects.size()) > state_.limits.objects_max)
    outcome = failure{errc::refused,
                      fmt::format("more than {} objects handed out", state_.limits.objects_max)};
  return outcome;
}

/// Undoes hand_out(): nothing of it was sent.
void pb_broker::take_back(const std::vector<std::int64_t>& counted, std::int64_t first_new) {
  for (auto id : counted)
    drop_one(id);
  state_.next_object = first_new;
}

result<void> pb_broker::call(std::int64_t object, std::string_view method, std::vector<jelly> args,
                             keyword_arguments kw, std::string token, bytes& out) {
  if (state_.phase != pb_phase::running)
    return failure{errc::unavailable, "the connection is not ready for calls"};
  if (object == pb_root ? state_.listening : !state_.references.contains(object))
    return failure{errc::not_found, fmt::format("object {} of the peer is not held", object)};
  jelly::pairs_type pairs;
  for (auto& [name, value] : kw)
    pairs.emplace_back(jelly::text(std::move(name)), std::move(value));
  std::vector<jelly> both;
  both.push_back(jelly::tuple(std::move(args)));
  both.push_back(jelly::dictionary(std::move(pairs)));
  auto values = jelly::list(std::move(both));
  auto first_new = state_.next_object;
  std::vector<std::int64_t> counted;
  auto done = hand_out(values, counted);
  if (done) {
    auto parts = std::move(values).into_items();
    done = send(sexp::list("message", state_.next_request,
                           object == pb_root ? sexp{"root"} : sexp{object}, method,
                           token.empty() ? 0 : 1, to_sexp(std::move(parts[0])),
                           to_sexp(std::move(parts[1]))),
                out);
  }
  if (!done) {
    take_back(counted, first_new);
    return done;
  }
  if (!token.empty())
    state_.asked.emplace(state_.next_request, std::move(token));
  ++state_.next_request;
  return {};
}

result<void> pb_broker::answer(std::int64_t request, jelly value, bytes& out) {
  if (state_.phase != pb_phase::running || !state_.unanswered.contains(request))
    return {};
  auto first_new = state_.next_object;
  std::vector<std::int64_t> counted;
  auto done = hand_out(value, counted);
  if (done)
    done = send(sexp::list("answer", request, to_sexp(std::move(value))), out);
  if (done) {
    state_.unanswered.erase(request);
    return {};
  }
  take_back(counted, first_new);
  fail(request, pb_error::of("builtins.ValueError", {}, "no answer: " + done.error().message), out);
  return done;
}

void pb_broker::fail(std::int64_t request, const pb_error& error, bytes& out) {
  if (state_.phase != pb_phase::running || state_.unanswered.erase(request) == 0)
    return;
  if (!send(sexp::list("error", request, to_sexp(to_jelly(error))), out)) {
    auto shorter = pb_error::of("builtins.Exception", {}, "an error too long to be sent");
    (void)send(sexp::list("error", request, to_sexp(to_jelly(shorter))), out);
  }
}

void pb_broker::give_back(std::int64_t object, bytes& out) {
  auto held = state_.references.find(object);
  if (state_.phase != pb_phase::running || held == state_.references.end())
    return;
  if (--held->second == 0)
    state_.references.erase(held);
  (void)send(sexp::list("decref", object), out);
}

void pb_broker::give_back_all(jelly value, bytes& out) {
  auto give = [&](jelly& part) {
    if (auto id = part.as_remote())
      give_back(*id, out);
  };
  value.for_each_part(give);
}

std::vector<broker_event> pb_broker::lost() {
  events heard;
  for (auto& [request, token] : state_.asked)
    heard.emplace_back(broker_error{std::move(token),
                                    pb_error::of("twisted.spread.pb.PBConnectionLost",
                                                 {"twisted.spread.pb.Error"}, "connection lost")});
  for (auto& [id, object] : state_.objects)
    heard.emplace_back(broker_released{std::move(object.key)});
  state_ = pb_broker_state{
      .listening = state_.listening, .phase = pb_phase::broken, .limits = state_.limits};
  return heard;
}

} // namespace troupe::wire
