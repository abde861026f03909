#include "runtime/journal/record.hpp"

#include <cstring>

#include "storage/codec_parts.hpp"
#include "storage/fingerprint.hpp"

namespace troupe::runtime {

namespace {

using troupe::detail::get_sized;
using troupe::detail::get_varint;
using troupe::detail::put_sized;
using troupe::detail::put_varint;

void put_mark(bytes& out, std::uint64_t mark) {
  char raw[sizeof mark];
  std::memcpy(raw, &mark, sizeof mark);
  out.append(raw, sizeof raw);
}

bool get_mark(std::string_view& in, std::uint64_t& mark) {
  if (in.size() < sizeof mark)
    return false;
  std::memcpy(&mark, in.data(), sizeof mark);
  in.remove_prefix(sizeof mark);
  return true;
}

bool get_text(std::string_view& in, std::string& text) {
  std::string_view found;
  if (!get_sized(in, found))
    return false;
  text = found;
  return true;
}

bool get_bytes(std::string_view& in, recorded_bytes& to) {
  std::uint64_t size = 0;
  if (!get_varint(in, size))
    return false;
  to.by_value = (size & 1) != 0;
  to.size = size >> 1;
  if (!to.by_value)
    return get_mark(in, to.mark);
  if (to.size > in.size())
    return false;
  to.data = in.substr(0, to.size);
  in.remove_prefix(to.size);
  return true;
}

bool get_part(std::string_view& in, event_record& to) {
  auto part = static_cast<event_part>(in.front());
  in.remove_prefix(1);
  switch (part) {
  case event_part::message:
    return get_bytes(in, to.message.emplace());
  case event_part::prng:
    return get_mark(in, to.prng.emplace());
  case event_part::failed:
    return get_text(in, to.failed.emplace());
  case event_part::dropped:
    return to.dropped = true;
  case event_part::said:
    return get_varint(in, to.said);
  case event_part::answer: {
    auto& one = to.answers.emplace_back();
    return get_text(in, one.question) && get_text(in, one.answer);
  }
  case event_part::effect: {
    auto& one = to.effects.emplace_back();
    return get_text(in, one.verb) && get_text(in, one.target) && get_bytes(in, one.content);
  }
  }
  return false;
}

} // namespace

bool recorded_bytes::is(std::string_view actual) const {
  return by_value ? data == actual : size == actual.size() && mark == fingerprint(actual);
}

recorded_bytes as_recorded(bytes data) {
  recorded_bytes made;
  made.size = data.size();
  made.by_value = data.size() <= by_value_bytes_max;
  if (made.by_value)
    made.data = std::move(data);
  else
    made.mark = fingerprint(data);
  return made;
}

void put_recorded(bytes& out, std::string_view data, bool by_value) {
  by_value = by_value || data.size() <= by_value_bytes_max;
  put_varint(out, data.size() << 1 | (by_value ? 1u : 0u));
  if (by_value)
    out += data;
  else
    put_mark(out, fingerprint(data));
}

void put_message(bytes& event, std::string_view content, bool by_value) {
  event += static_cast<char>(event_part::message);
  put_recorded(event, content, by_value);
}

void put_prng(bytes& event, std::uint64_t state) {
  event += static_cast<char>(event_part::prng);
  put_mark(event, state);
}

void put_dropped(bytes& event) {
  event += static_cast<char>(event_part::dropped);
}

void put_failed(bytes& event, std::string_view reason) {
  event += static_cast<char>(event_part::failed);
  put_sized(event, reason);
}

void put_said(bytes& event, std::uint64_t count) {
  event += static_cast<char>(event_part::said);
  put_varint(event, count);
}

void put_answer(bytes& event, std::string_view question, std::string_view answer) {
  event += static_cast<char>(event_part::answer);
  put_sized(event, question);
  put_sized(event, answer);
}

void put_effect(bytes& event, std::string_view verb, std::string_view target,
                std::string_view content) {
  event += static_cast<char>(event_part::effect);
  put_sized(event, verb);
  put_sized(event, target);
  put_recorded(event, content, false);
}

result<event_record> get_event(std::string_view in) {
  event_record to;
  while (!in.empty())
    if (!get_part(in, to))
      return troupe::detail::damaged();
  return to;
}

void put_participant(bytes& out, const participant_record& from) {
  put_sized(out, from.kind);
  put_sized(out, from.config);
  put_sized(out, from.state);
  put_varint(out, from.incarnation);
}

result<participant_record> get_participant(std::string_view in) {
  participant_record to;
  if (!get_text(in, to.kind) || !get_text(in, to.config) || !get_text(in, to.state)
      || !get_varint(in, to.incarnation) || !in.empty())
    return troupe::detail::damaged();
  return to;
}

void put_checksum(bytes& out, const checksum_record& from) {
  put_mark(out, from.mark);
  put_varint(out, from.size);
}

result<checksum_record> get_checksum(std::string_view in) {
  checksum_record to;
  if (!get_mark(in, to.mark) || !get_varint(in, to.size) || !in.empty())
    return troupe::detail::damaged();
  return to;
}

} // namespace troupe::runtime
