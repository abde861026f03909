#include "runtime/journal/record.hpp"

#include <cstring>

#include "storage/codec_parts.hpp"
#include "storage/fingerprint.hpp"

namespace troupe::runtime {

namespace {

// Which parts a turn has.
constexpr std::uint64_t has_message = 1, has_chance = 2, has_failed = 4, has_answers = 8,
                        has_effects = 16, has_said = 32;

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

void put_recorded(bytes& out, const recorded_bytes& from) {
  put_varint(out, from.size << 1 | (from.whole ? 1u : 0u));
  if (from.whole)
    out += from.data;
  else
    put_mark(out, from.mark);
}

bool get_bytes(std::string_view& in, recorded_bytes& to) {
  std::uint64_t size = 0;
  if (!get_varint(in, size))
    return false;
  to.whole = (size & 1) != 0;
  to.size = size >> 1;
  if (!to.whole)
    return get_mark(in, to.mark);
  if (to.size > in.size())
    return false;
  to.data = in.substr(0, to.size);
  in.remove_prefix(to.size);
  return true;
}

bool get_answers(std::string_view& in, std::vector<recorded_answer>& to) {
  std::uint64_t count = 0;
  if (!get_varint(in, count) || count > in.size())
    return false;
  to.resize(count);
  for (auto& one : to)
    if (!get_text(in, one.question) || !get_text(in, one.answer))
      return false;
  return true;
}

bool get_effects(std::string_view& in, std::vector<recorded_effect>& to) {
  std::uint64_t count = 0;
  if (!get_varint(in, count) || count > in.size())
    return false;
  to.resize(count);
  for (auto& one : to)
    if (!get_text(in, one.verb) || !get_text(in, one.target) || !get_bytes(in, one.content))
      return false;
  return true;
}

bool get_parts(std::string_view in, turn_record& to) {
  std::uint64_t flags = 0;
  if (!get_varint(in, flags))
    return false;
  if ((flags & has_message) && !get_bytes(in, to.message.emplace()))
    return false;
  if ((flags & has_chance) && !get_mark(in, to.chance.emplace()))
    return false;
  if ((flags & has_failed) && !get_text(in, to.failed.emplace()))
    return false;
  if ((flags & has_answers) && !get_answers(in, to.answers))
    return false;
  if ((flags & has_effects) && !get_effects(in, to.effects))
    return false;
  if ((flags & has_said) && !get_varint(in, to.said))
    return false;
  return in.empty();
}

} // namespace

bool recorded_bytes::is(std::string_view actual) const {
  return whole ? data == actual : size == actual.size() && mark == fingerprint(actual);
}

recorded_bytes as_recorded(bytes data, bool whole) {
  recorded_bytes made;
  made.size = data.size();
  made.whole = whole || data.size() <= whole_bytes_max;
  if (made.whole)
    made.data = std::move(data);
  else
    made.mark = fingerprint(data);
  return made;
}

void put_turn(bytes& out, const turn_record& from) {
  auto flag = [](bool there, std::uint64_t which) { return there ? which : 0; };
  put_varint(out, flag(from.message.has_value(), has_message)
                    | flag(from.chance.has_value(), has_chance)
                    | flag(from.failed.has_value(), has_failed)
                    | flag(!from.answers.empty(), has_answers)
                    | flag(!from.effects.empty(), has_effects) | flag(from.said != 0, has_said));
  if (from.message)
    put_recorded(out, *from.message);
  if (from.chance)
    put_mark(out, *from.chance);
  if (from.failed)
    put_sized(out, *from.failed);
  if (!from.answers.empty()) {
    put_varint(out, from.answers.size());
    for (const auto& one : from.answers) {
      put_sized(out, one.question);
      put_sized(out, one.answer);
    }
  }
  if (!from.effects.empty()) {
    put_varint(out, from.effects.size());
    for (const auto& one : from.effects) {
      put_sized(out, one.verb);
      put_sized(out, one.target);
      put_recorded(out, one.content);
    }
  }
  if (from.said != 0)
    put_varint(out, from.said);
}

result<turn_record> get_turn(std::string_view in) {
  turn_record to;
  if (!get_parts(in, to))
    return troupe::detail::damaged();
  return to;
}

void put_seat(bytes& out, const seat_record& from) {
  put_sized(out, from.kind);
  put_sized(out, from.config);
  put_sized(out, from.state);
  put_varint(out, from.incarnation);
}

result<seat_record> get_seat(std::string_view in) {
  seat_record to;
  if (!get_text(in, to.kind) || !get_text(in, to.config) || !get_text(in, to.state)
      || !get_varint(in, to.incarnation) || !in.empty())
    return troupe::detail::damaged();
  return to;
}

void put_digest(bytes& out, const digest_record& from) {
  put_mark(out, from.mark);
  put_varint(out, from.size);
}

result<digest_record> get_digest(std::string_view in) {
  digest_record to;
  if (!get_mark(in, to.mark) || !get_varint(in, to.size) || !in.empty())
    return troupe::detail::damaged();
  return to;
}

} // namespace troupe::runtime
