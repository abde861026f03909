#include "runtime/mail/decoding_context.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

thread_local directory* current_paths = nullptr;
thread_local const message_registry* current_messages = nullptr;

failure no_such_message(std::string_view type) {
  auto close = current_messages ? nearest(type, current_messages->names()) : std::string_view{};
  return {errc::invalid,
          fmt::format("no message is called '{}'{}", type,
                      close.empty() ? std::string{} : fmt::format(": did you mean '{}'?", close))};
}

} // namespace

void message_registry::add(const message_codec& codec) {
  by_name_.insert_or_assign(codec.tag->name, codec);
  by_tag_.insert_or_assign(codec.tag, codec);
}

const message_codec* message_registry::find(std::string_view name) const {
  auto i = by_name_.find(name);
  return i == by_name_.end() ? nullptr : &i->second;
}

std::vector<std::string_view> message_registry::names() const {
  std::vector<std::string_view> all;
  for (const auto& [name, codec] : by_name_)
    all.push_back(name);
  std::sort(all.begin(), all.end());
  return all;
}

const message_codec* message_registry::find(const message_tag* tag) const {
  auto i = by_tag_.find(tag);
  return i == by_tag_.end() ? nullptr : &i->second;
}

decoding_context::decoding_context(directory& paths, const message_registry& messages)
  : former_paths_{std::exchange(current_paths, &paths)}, former_messages_{std::exchange(
                                                             current_messages, &messages)} {}

decoding_context::~decoding_context() {
  current_paths = former_paths_;
  current_messages = former_messages_;
}

directory* decoding_context::paths() noexcept {
  return current_paths;
}

const message_registry* decoding_context::messages() noexcept {
  return current_messages;
}

result<any_message> message_codec::decode(std::string_view in) const {
  auto made = make();
  if (auto done = get_value(*ops, made.get(), in); !done)
    return done.error().in(tag->name);
  return any_message{std::move(made), *tag};
}

result<any_message> message_codec::read(const json& fields) const {
  auto made = make();
  if (auto done = read_value(*ops, made.get(), fields); !done)
    return done.error().in(tag->name);
  return any_message{std::move(made), *tag};
}

void to_bytes(const any_message& x, bytes& out) {
  if (x)
    put_value(*x.tag()->ops, out, x.content());
}

bytes to_bytes(const any_message& x) {
  bytes out;
  to_bytes(x, out);
  return out;
}

void to_stored(const any_message& x, bytes& out) {
  troupe::detail::put_sized(out, x.name());
  to_bytes(x, out);
}

bool from_stored(any_message& x, std::string_view in) {
  std::string_view name;
  if (!troupe::detail::get_sized(in, name))
    return false;
  x = {};
  if (name.empty())
    return true;
  auto* codec = current_messages ? current_messages->find(name) : nullptr;
  if (!codec)
    return false;
  auto read = codec->decode(in);
  if (read)
    x = std::move(*read);
  return static_cast<bool>(read);
}

json as_json(const any_message& x) {
  boost::json::object out;
  out["type"] = boost::json::string_view{x.name().data(), x.name().size()};
  if (x)
    out["fields"] = show_value(*x.tag()->ops, x.content());
  return out;
}

result<void> of_json(any_message& x, const json& in) {
  if (!in.is_object())
    return troupe::detail::wrong_kind("a message", in);
  const json* fields = nullptr;
  std::string type;
  for (const auto& entry : in.get_object()) {
    std::string_view key{entry.key().data(), entry.key().size()};
    if (key == "fields")
      fields = &entry.value();
    else if (key != "type")
      return troupe::detail::unknown_key(key, {"type", "fields"});
    else if (auto done = from_json(type, entry.value()); !done)
      return done.error().in(key);
  }
  x = {};
  if (type.empty() && !fields)
    return {};
  auto* codec = current_messages ? current_messages->find(type) : nullptr;
  if (!codec)
    return no_such_message(type);
  auto read = codec->read(fields ? *fields : json(boost::json::object{}));
  if (!read)
    return read.error();
  x = std::move(*read);
  return {};
}

bool operator==(const any_message& a, const any_message& b) {
  if (a.tag() != b.tag())
    return false;
  return a.content() == b.content() || equal_values(*a.tag()->ops, a.content(), b.content());
}

} // namespace troupe::runtime
