#include "runtime/wire/pb_broker.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::wire {

namespace {

constexpr std::int64_t pb_version = 6;

/// What is wrong with a value, as the exception that its words begin with.
pb_error error_of(const failure& why) {
  auto colon = why.words.find(": ");
  if (colon == std::string::npos)
    return pb_error::of("builtins.ValueError", {}, why.words);
  auto type = why.words.substr(0, colon);
  std::vector<std::string> bases;
  if (type == "builtins.UnicodeDecodeError")
    bases = {"builtins.UnicodeError", "builtins.ValueError"};
  return pb_error::of(std::move(type), std::move(bases), why.words.substr(colon + 2));
}

std::string shown(const bytes& name) {
  return detail::text_for_json(name.substr(0, 80));
}

sexp version_message() {
  return sexp::list("version", pb_version);
}

} // namespace

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

std::vector<broker_event> pb_broker::take(std::string_view incoming, bytes& out) {
  events heard;
  banana_limits limits;
  limits.expression_bytes_max = state_.limits.expression_bytes_max;
  while (state_.phase != pb_phase::broken) {
    auto read = take_expression(state_.incoming, incoming, limits);
    if (!read)
      broken(read.error().words, heard);
    else if (!*read)
      break;
    else if (state_.phase == pb_phase::dialect)
      on_dialect(**read, heard, out);
    else
      on_expression(std::move(**read), heard, out);
  }
  return heard;
}

void pb_broker::broken(std::string words, events& heard) {
  state_.phase = pb_phase::broken;
  state_.incoming = {};
  heard.emplace_back(broker_broken{std::move(words)});
}

void pb_broker::on_dialect(const sexp& said, events& heard, bytes& out) {
  std::string dialect;
  if (state_.listening) {
    if (said.string() == nullptr || (*said.string() != "pb" && *said.string() != "none"))
      return broken("a dialect was chosen that was not offered", heard);
    dialect = *said.string();
  } else {
    const auto* offered = said.elements();
    if (offered == nullptr || std::find(offered->begin(), offered->end(), sexp{"pb"}) == offered->end())
      return broken("the dialect 'pb' was not offered", heard);
    dialect = "pb";
    (void)append_banana(out, sexp{dialect}, false);
  }
  state_.phase = pb_phase::running;
  state_.incoming.words_known = dialect == "pb";
  (void)send(version_message(), out);
  heard.emplace_back(broker_ready{std::move(dialect)});
}

void pb_broker::on_expression(sexp said, events& heard, bytes& out) {
  auto* parts = said.elements();
  if (parts == nullptr || parts->empty() || (*parts)[0].string() == nullptr)
    return broken("a message that is no list with a name", heard);
  const auto& name = *(*parts)[0].string();
  if (name == "message")
    return on_message(*parts, heard, out);
  if (name == "answer" || name == "error")
    return on_reply(*parts, heard);
  if (name == "decref")
    return on_decref(*parts, heard);
  if (name != "version")
    return broken(fmt::format("message '{}' is not known", shown(name)), heard);
  if (said != version_message())
    broken(fmt::format("version {} of the protocol is wanted", pb_version), heard);
}

void pb_broker::on_message(sexp::list_type& parts, events& heard, bytes& out) {
  if (parts.size() != 7)
    return broken(fmt::format("a call of {} parts, 7 expected", parts.size()), heard);
  const auto* request = parts[1].integer();
  const auto* method = parts[3].string();
  const auto* wants = parts[4].integer();
  if (request == nullptr || method == nullptr || wants == nullptr)
    return broken("a call without a number, a method or a wish for an answer", heard);
  broker_call call{.request = *request, .wants_answer = *wants != 0, .method = *method};
  if (call.wants_answer && !state_.unanswered.insert(call.request).second)
    return broken(fmt::format("request {} came again before it was answered", call.request), heard);
  auto waiting = static_cast<std::int64_t>(state_.unanswered.size());
  if (waiting > state_.limits.requests_max)
    return broken(fmt::format("{} requests wait for an answer, {} allowed", waiting,
                              state_.limits.requests_max),
                  heard);
  auto refused = read_call(parts, call);
  if (static_cast<std::int64_t>(state_.references.size()) > state_.limits.references_max)
    return broken(fmt::format("more than {} objects sent", state_.limits.references_max), heard);
  if (!refused)
    heard.emplace_back(std::move(call));
  else if (call.wants_answer) // the number may be that of another request otherwise
    fail(call.request, *refused, out);
}

/// The object, as stock does it, before the arguments: those of a call to nobody are not read.
pb_broker::refusal pb_broker::read_call(sexp::list_type& parts, broker_call& call) {
  if (const auto* name = parts[2].string(); name != nullptr && *name == "root" && state_.listening) {
    call.object = "root";
  } else {
    const auto* id = parts[2].integer();
    auto object = id != nullptr ? state_.objects.find(*id) : state_.objects.end();
    if (object == state_.objects.end())
      return pb_error::invalid_object_id();
    call.object = object->second.key;
  }
  jelly args, kw;
  if (auto refused = read_value(std::move(parts[5]), args))
    return refused;
  if (auto refused = read_value(std::move(parts[6]), kw))
    return refused;
  if (!args.is(jelly_kind::tuple) && !args.is(jelly_kind::list))
    return pb_error::type_error("the arguments are no tuple");
  if (!kw.is(jelly_kind::dictionary))
    return pb_error::type_error("the keyword arguments are no dictionary");
  call.args = std::move(args).into_items();
  for (auto& [key, value] : std::move(kw).into_pairs()) {
    const auto* name = key.as_text();
    if (name == nullptr)
      return pb_error::type_error("a keyword that is no text");
    call.kw.emplace_back(*name, std::move(value));
  }
  return {};
}

/// Counts the references in it, and puts our keys in place of our ids.
pb_broker::refusal pb_broker::read_value(sexp&& from, jelly& value) {
  std::vector<std::int64_t> received;
  auto read = unjelly(std::move(from), &received);
  // The peer counted those of a value that is refused, too.
  for (auto id : received)
    ++state_.references[id];
  if (!read)
    return error_of(read.error());
  refusal unknown;
  auto name_ours = [&](jelly& part) {
    auto id = part.as_local();
    if (!id)
      return;
    if (auto object = state_.objects.find(*id); object != state_.objects.end())
      part = jelly::own(object->second.key);
    else
      unknown = pb_error::of("builtins.KeyError", {"builtins.LookupError"}, std::to_string(*id));
  };
  read->for_each_part(name_ours);
  value = std::move(*read);
  return unknown;
}

void pb_broker::on_reply(sexp::list_type& parts, events& heard) {
  const auto& name = *parts[0].string();
  const auto* request = parts.size() == 3 ? parts[1].integer() : nullptr;
  if (request == nullptr)
    return broken(fmt::format("'{}' without a number or a value", name), heard);
  auto asked = state_.asked.find(*request);
  if (asked == state_.asked.end())
    return broken(fmt::format("'{}' to request {}, which is not outstanding", name, *request),
                  heard);
  auto token = std::move(asked->second);
  state_.asked.erase(asked);
  bool went_well = name == "answer";
  jelly value;
  auto unreadable = read_value(std::move(parts[2]), value);
  if (static_cast<std::int64_t>(state_.references.size()) > state_.limits.references_max)
    return broken(fmt::format("more than {} objects sent", state_.limits.references_max), heard);
  if (unreadable)
    heard.emplace_back(broker_error{std::move(token), std::move(*unreadable)});
  else if (went_well)
    heard.emplace_back(broker_answer{std::move(token), std::move(value)});
  else
    heard.emplace_back(broker_error{std::move(token), read_failure(value)});
}

void pb_broker::on_decref(const sexp::list_type& parts, events& heard) {
  const auto* id = parts.size() == 2 ? parts[1].integer() : nullptr;
  auto object = id != nullptr ? state_.objects.find(*id) : state_.objects.end();
  if (object == state_.objects.end())
    return broken(id != nullptr ? fmt::format("object {} given back, which is not known", *id)
                                : "something given back that is no object",
                  heard);
  auto key = object->second.key;
  if (drop_one(*id))
    heard.emplace_back(broker_released{std::move(key)});
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
  fail(request, pb_error::of("builtins.ValueError", {}, "no answer: " + done.error().words), out);
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
    heard.emplace_back(broker_error{
      std::move(token), pb_error::of("twisted.spread.pb.PBConnectionLost",
                                       {"twisted.spread.pb.Error"}, "connection lost")});
  for (auto& [id, object] : state_.objects)
    heard.emplace_back(broker_released{std::move(object.key)});
  state_ = pb_broker_state{
    .listening = state_.listening, .phase = pb_phase::broken, .limits = state_.limits};
  return heard;
}

} // namespace troupe::wire
