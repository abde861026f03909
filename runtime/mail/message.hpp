// Messages between services are described values. In flight they are `any_message`: one shared,
// immutable value and the tag of its type. CAF sees a single type (envelope.hpp), so a new message
// costs no compile time outside of the services that speak and hear it.
#pragma once

#include <memory>
#include <string_view>

#include "storage/codec.hpp"
#include "storage/json.hpp"

namespace troupe::runtime {

/// Identity of a message type: its address is unique, its name is what journals and operators see.
struct message_tag {
  std::string_view name;
  const value_ops* ops = nullptr;
};

template <class Message>
inline constexpr message_tag tag_of{type_name<Message>(), &ops_of<Message>()};

class any_message {
public:
  any_message() = default;

  template <described Message>
  any_message(Message what)
    : content_{std::make_shared<const Message>(std::move(what))}, tag_{&tag_of<Message>} {}

  any_message(std::shared_ptr<const void> content, const message_tag& tag)
    : content_{std::move(content)}, tag_{&tag} {}

  explicit operator bool() const noexcept { return tag_ != nullptr; }
  const message_tag* tag() const noexcept { return tag_; }
  std::string_view name() const noexcept { return tag_ ? tag_->name : std::string_view{}; }
  const void* content() const noexcept { return content_.get(); }

  /// The message as a `Message`, or null if it is another.
  template <class Message>
  const Message* as() const noexcept {
    return tag_ == &tag_of<Message> ? static_cast<const Message*>(content_.get()) : nullptr;
  }

private:
  std::shared_ptr<const void> content_;
  const message_tag* tag_ = nullptr;
};

/// What can be done with a message of one type without knowing the type.
struct message_codec {
  const message_tag* tag = nullptr;
  const value_ops* ops = nullptr;
  std::shared_ptr<void> (*make)() = nullptr; ///< With every field at its default.

  result<any_message> decode(std::string_view in) const;
  /// From a map of fields; those that are missing keep their defaults.
  result<any_message> read(const json& fields) const;
};

template <class Message>
constexpr message_codec codec_of() {
  return {&tag_of<Message>, &ops_of<Message>(),
          []() -> std::shared_ptr<void> { return std::make_shared<Message>(); }};
}

/// The stored form is the type's name and the value's stored form, the JSON form {"type": …,
/// "fields": {…}}; to read them needs the message registry of the system at hand
/// (decoding_context.hpp). The stored form of what is in a message, without its type.
bytes to_bytes(const any_message& x);
void to_bytes(const any_message& x, bytes& out);
void to_stored(const any_message& x, bytes& out);
bool from_stored(any_message& x, std::string_view in);
json as_json(const any_message& x);
result<void> of_json(any_message& x, const json& in);
bool operator==(const any_message& a, const any_message& b);

} // namespace troupe::runtime
