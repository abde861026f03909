// What a broker makes of the bytes that come in; pb_broker.cpp has what it sends.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/wire/pb_broker.hpp"

namespace troupe::wire {

namespace {

constexpr std::int64_t pb_version = 6;

/// What is wrong with a value, as the exception that its words begin with.
pb_error error_of(const failure& why) {
  auto colon = why.message.find(": ");
  if (colon == std::string::npos)
    return pb_error::of("builtins.ValueError", {}, why.message);
  auto type = why.message.substr(0, colon);
  std::vector<std::string> bases;
  if (type == "builtins.UnicodeDecodeError")
    bases = {"builtins.UnicodeError", "builtins.ValueError"};
  return pb_error::of(std::move(type), std::move(bases), why.message.substr(colon + 2));
}

std::string shown(const bytes& name) {
  return detail::text_for_json(name.substr(0, 80));
}

sexp version_message() {
  return sexp::list("version", pb_version);
}

} // namespace

std::vector<broker_event> pb_broker::take(std::string_view incoming, bytes& out) {
  events heard;
  banana_limits limits;
  limits.expression_bytes_max = state_.limits.expression_bytes_max;
  while (state_.phase != pb_phase::broken) {
    auto read = take_expression(state_.incoming, incoming, limits);
    if (!read)
      broken(read.error().message, heard);
    else if (!*read)
      break;
    else if (state_.phase == pb_phase::dialect)
      on_dialect(**read, heard, out);
    else
      on_expression(std::move(**read), heard, out);
  }
  return heard;
}

void pb_broker::broken(std::string message, events& heard) {
  state_.phase = pb_phase::broken;
  state_.incoming = {};
  heard.emplace_back(broker_broken{std::move(message)});
}

void pb_broker::on_dialect(const sexp& said, events& heard, bytes& out) {
  std::string dialect;
  if (state_.listening) {
    if (said.string() == nullptr || (*said.string() != "pb" && *said.string() != "none"))
      return broken("a dialect was chosen that was not offered", heard);
    dialect = *said.string();
  } else {
    const auto* offered = said.elements();
    if (offered == nullptr
        || std::find(offered->begin(), offered->end(), sexp{"pb"}) == offered->end())
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
    return on_reply(*parts, heard, out);
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
  received_ids received;
  auto refused = read_call(parts, call, received);
  if (static_cast<std::int64_t>(state_.references.size()) > state_.limits.references_max)
    return broken(fmt::format("more than {} objects sent", state_.limits.references_max), heard);
  if (!refused) {
    heard.emplace_back(std::move(call));
    return;
  }
  for (auto id : received)
    give_back(id, out);  // nobody else knows of them
  if (call.wants_answer) // the number may be that of another request otherwise
    fail(call.request, *refused, out);
}

/// The object, as stock does it, before the arguments: those of a call to nobody are not read.
pb_broker::refusal pb_broker::read_call(sexp::list_type& parts, broker_call& call,
                                        received_ids& received) {
  if (const auto* name = parts[2].string();
      name != nullptr && *name == "root" && state_.listening) {
    call.object = "root";
  } else {
    const auto* id = parts[2].integer();
    auto object = id != nullptr ? state_.objects.find(*id) : state_.objects.end();
    if (object == state_.objects.end())
      return pb_error::invalid_object_id();
    call.object = object->second.key;
  }
  jelly args, kw;
  if (auto refused = read_value(std::move(parts[5]), args, received))
    return refused;
  if (auto refused = read_value(std::move(parts[6]), kw, received))
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
pb_broker::refusal pb_broker::read_value(sexp&& from, jelly& value, received_ids& received) {
  auto before = received.size();
  auto read = unjelly(std::move(from), &received);
  // The peer counted those of a value that is refused, too.
  for (auto i = before; i < received.size(); ++i)
    ++state_.references[received[i]];
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

void pb_broker::on_reply(sexp::list_type& parts, events& heard, bytes& out) {
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
  received_ids received;
  auto unreadable = read_value(std::move(parts[2]), value, received);
  if (static_cast<std::int64_t>(state_.references.size()) > state_.limits.references_max)
    return broken(fmt::format("more than {} objects sent", state_.limits.references_max), heard);
  if (unreadable || !went_well)
    for (auto id : received)
      give_back(id, out); // nobody else knows of them
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

} // namespace troupe::wire
