#include "runtime/wire/jelly.hpp"

#include <bit>

#include "runtime/wire/banana.hpp"

namespace troupe::wire {

namespace {

std::string_view tag_of(jelly_kind kind) {
  switch (kind) {
  case jelly_kind::none:
    return "None";
  case jelly_kind::text:
    return "unicode";
  default:
    return names_of(kind)[static_cast<std::size_t>(kind)];
  }
}

template <class T>
std::optional<T> optional_of(const T* value) {
  return value != nullptr ? std::optional<T>{*value} : std::nullopt;
}

} // namespace

jelly jelly::instance(std::string class_name, jelly state) {
  list_type parts;
  parts.reserve(2);
  parts.push_back(raw(std::move(class_name)));
  parts.push_back(std::move(state));
  return {jelly_kind::instance, std::move(parts)};
}

const std::string* jelly::as_text() const {
  return kind_ == jelly_kind::bytes || kind_ == jelly_kind::text
             ? std::get_if<troupe::bytes>(&content_)
             : nullptr;
}

std::optional<std::int64_t> jelly::as_int() const {
  if (const auto* flag = std::get_if<bool>(&content_))
    return *flag ? 1 : 0;
  return kind_ == jelly_kind::integer ? optional_of(std::get_if<std::int64_t>(&content_))
                                      : std::nullopt;
}

std::optional<bool> jelly::as_bool() const {
  if (as_big() != nullptr)
    return true;
  auto number = as_int();
  return number ? std::optional<bool>{*number != 0} : std::nullopt;
}

std::optional<double> jelly::as_real() const {
  if (const auto* number = std::get_if<double>(&content_))
    return *number;
  auto number = kind_ == jelly_kind::integer ? as_int() : std::nullopt;
  return number ? std::optional<double>{static_cast<double>(*number)} : std::nullopt;
}

std::optional<std::int64_t> jelly::as_remote() const {
  return is(jelly_kind::remote) ? optional_of(std::get_if<std::int64_t>(&content_)) : std::nullopt;
}

std::optional<std::int64_t> jelly::as_local() const {
  return is(jelly_kind::local) ? optional_of(std::get_if<std::int64_t>(&content_)) : std::nullopt;
}

const std::string* jelly::as_own() const {
  return is(jelly_kind::own) ? std::get_if<troupe::bytes>(&content_) : nullptr;
}

const std::string* jelly::as_unpersistable() const {
  return is(jelly_kind::unpersistable) ? std::get_if<troupe::bytes>(&content_) : nullptr;
}

const jelly::list_type& jelly::items() const {
  static const list_type empty;
  const auto* items = std::get_if<list_type>(&content_);
  return items != nullptr && !is(jelly_kind::instance) ? *items : empty;
}

const jelly::pairs_type& jelly::pairs() const {
  static const pairs_type empty;
  const auto* pairs = std::get_if<pairs_type>(&content_);
  return pairs != nullptr ? *pairs : empty;
}

jelly::list_type jelly::into_items() && {
  auto* items = is(jelly_kind::instance) ? nullptr : std::get_if<list_type>(&content_);
  return items != nullptr ? std::move(*items) : list_type{};
}

jelly::pairs_type jelly::into_pairs() && {
  auto* pairs = std::get_if<pairs_type>(&content_);
  return pairs != nullptr ? std::move(*pairs) : pairs_type{};
}

const jelly* jelly::find(std::string_view key) const {
  for (const auto& [name, value] : pairs())
    if (const auto* text = name.as_text(); text != nullptr && *text == key)
      return &value;
  return nullptr;
}

jelly& jelly::add(std::string key, jelly value) {
  if (is_none())
    *this = dictionary();
  if (auto* pairs = std::get_if<pairs_type>(&content_))
    pairs->emplace_back(text(std::move(key)), std::move(value));
  return *this;
}

const std::string& jelly::class_name() const {
  static const std::string empty;
  const auto* parts = std::get_if<list_type>(&content_);
  return parts != nullptr && is(jelly_kind::instance) ? *(*parts)[0].as_text() : empty;
}

const jelly& jelly::state() const {
  static const jelly empty;
  const auto* parts = std::get_if<list_type>(&content_);
  return parts != nullptr && is(jelly_kind::instance) ? (*parts)[1] : empty;
}

bool jelly::operator==(const jelly& other) const {
  if (kind_ != other.kind_ || content_.index() != other.content_.index())
    return false;
  if (const auto* number = std::get_if<double>(&content_))
    return std::bit_cast<std::uint64_t>(*number)
           == std::bit_cast<std::uint64_t>(std::get<double>(other.content_));
  return content_ == other.content_;
}

sexp to_sexp(jelly value) {
  auto& content = value.content_;
  auto tagged = [&](std::string_view tag, sexp part) { return sexp::list(tag, std::move(part)); };
  switch (value.kind()) {
  case jelly_kind::none:
    return sexp::list("None");
  case jelly_kind::boolean:
    return tagged("boolean", std::get<bool>(content) ? "true" : "false");
  case jelly_kind::integer:
    if (auto* big = std::get_if<big_integer>(&content))
      return std::move(*big);
    return std::get<std::int64_t>(content);
  case jelly_kind::real:
    return std::get<double>(content);
  case jelly_kind::bytes:
    return std::get<troupe::bytes>(std::move(content));
  case jelly_kind::opaque:
    return std::get<sexp>(std::move(content));
  case jelly_kind::text:
  case jelly_kind::own:
  case jelly_kind::unpersistable:
    return tagged(tag_of(value.kind()), std::get<troupe::bytes>(std::move(content)));
  case jelly_kind::remote:
  case jelly_kind::local:
    return tagged(tag_of(value.kind()), std::get<std::int64_t>(content));
  default:
    break;
  }
  sexp::list_type parts;
  if (auto* pairs = std::get_if<jelly::pairs_type>(&content)) {
    parts.reserve(pairs->size() + 1);
    parts.emplace_back("dictionary");
    for (auto& [key, held] : *pairs)
      parts.push_back(sexp::list(to_sexp(std::move(key)), to_sexp(std::move(held))));
    return parts;
  }
  auto& items = std::get<jelly::list_type>(content);
  parts.reserve(items.size() + 1);
  if (!value.is(jelly_kind::instance)) // whose first item is its tag
    parts.emplace_back(tag_of(value.kind()));
  for (auto& item : items)
    parts.push_back(to_sexp(std::move(item)));
  return parts;
}

namespace {

void append_head(bytes& out, std::size_t elements) {
  append_element(out, elements, banana_type::list);
}

} // namespace

// What to_sexp gives, stored, without it being built: journals are full of these.
void to_stored(const jelly& x, bytes& out) {
  switch (x.kind()) {
  case jelly_kind::none:
    append_head(out, 1);
    append_word(out, "None");
    return;
  case jelly_kind::boolean:
    append_head(out, 2);
    append_word(out, "boolean");
    append_word(out, std::get<bool>(x.content_) ? "true" : "false");
    return;
  case jelly_kind::integer:
    if (const auto* big = std::get_if<big_integer>(&x.content_))
      out += big->element;
    else
      append_integer(out, std::get<std::int64_t>(x.content_));
    return;
  case jelly_kind::real:
    append_real(out, std::get<double>(x.content_));
    return;
  case jelly_kind::bytes:
    append_word(out, std::get<troupe::bytes>(x.content_));
    return;
  case jelly_kind::opaque:
    to_stored(std::get<sexp>(x.content_), out);
    return;
  case jelly_kind::text:
  case jelly_kind::own:
  case jelly_kind::unpersistable:
    append_head(out, 2);
    append_word(out, tag_of(x.kind()));
    append_word(out, std::get<troupe::bytes>(x.content_));
    return;
  case jelly_kind::remote:
  case jelly_kind::local:
    append_head(out, 2);
    append_word(out, tag_of(x.kind()));
    append_integer(out, std::get<std::int64_t>(x.content_));
    return;
  default:
    break;
  }
  if (const auto* pairs = std::get_if<jelly::pairs_type>(&x.content_)) {
    append_head(out, pairs->size() + 1);
    append_word(out, "dictionary");
    for (const auto& [key, held] : *pairs) {
      append_head(out, 2);
      to_stored(key, out);
      to_stored(held, out);
    }
    return;
  }
  const auto& items = std::get<jelly::list_type>(x.content_);
  bool tagged = !x.is(jelly_kind::instance); // whose first item is its tag
  append_head(out, items.size() + (tagged ? 1 : 0));
  if (tagged)
    append_word(out, tag_of(x.kind()));
  for (const auto& item : items)
    to_stored(item, out);
}

} // namespace troupe::wire
