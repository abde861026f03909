#include "actors/workers/datum.hpp"

#include <cmath>
#include <limits>
#include <set>

#include "storage/json.hpp"

namespace troupe::workers {

namespace {

// The keys of marked objects.
constexpr std::string_view bytes_mark = "bytes", real_mark = "real", map_mark = "map",
                           obfuscated_mark = "obfuscated", object_mark = "object";

constexpr std::string_view infinite = "inf", negative_infinite = "-inf", not_a_number = "nan";

std::string_view view(boost::json::string_view text) {
  return {text.data(), text.size()};
}

bool is_mark(std::string_view key) {
  return key == bytes_mark || key == real_mark || key == map_mark || key == obfuscated_mark
         || key == object_mark;
}

json marked(std::string_view mark, json value) {
  boost::json::object out;
  out.emplace(boost::json::string_view{mark.data(), mark.size()}, std::move(value));
  return out;
}

/// Whether a map can be shown as an object and be read back as the same.
bool is_plain(const datum::map_type& entries) {
  std::set<std::string_view> keys;
  for (const auto& one : entries)
    if (!keys.insert(one.first).second)
      return false;
  return entries.size() != 1 || !is_mark(entries.front().first);
}

json show(const std::monostate&) {
  return nullptr;
}
json show(bool flag) {
  return flag;
}
json show(std::int64_t number) {
  return number;
}
json show(double number) {
  if (std::isfinite(number))
    return number;
  return marked(real_mark, to_json(std::string{std::isnan(number) ? not_a_number
                                               : number > 0       ? infinite
                                                                  : negative_infinite}));
}
json show(const std::string& text) {
  return to_json(text);
}
json show(const datum::list_type& items) {
  return to_json(items);
}
json show(const datum::map_type& entries) {
  if (!is_plain(entries))
    return marked(map_mark, to_json(entries));
  boost::json::object out;
  for (const auto& [key, value] : entries)
    out[detail::marked_text(key)] = as_json(value);
  return out;
}
json show(const obfuscated_word& word) {
  return marked(obfuscated_mark, to_json(word));
}
json show(const transfer_object& which) {
  return marked(object_mark, to_json(which));
}

template <class Held>
result<datum::content_type> read(datum_kind kind, const json& in) {
  Held held{};
  if (auto done = from_json(held, in); !done)
    return done.error();
  if constexpr (std::is_same_v<Held, std::string>) // of two kinds
    return kind == datum_kind::bytes
               ? datum::content_type{std::in_place_index<static_cast<std::size_t>(
                                         datum_kind::bytes)>,
                                     std::move(held)}
               : datum::content_type{
                   std::in_place_index<static_cast<std::size_t>(datum_kind::text)>,
                   std::move(held)};
  else
    return datum::content_type{std::move(held)};
}

result<datum::content_type> read_real(const json& in) {
  std::string name;
  if (!from_json(name, in))
    return detail::wrong_kind("the name of a number", in);
  constexpr auto infinity = std::numeric_limits<double>::infinity();
  if (name == infinite || name == negative_infinite)
    return datum::content_type{name == infinite ? infinity : -infinity};
  if (name == not_a_number)
    return datum::content_type{std::numeric_limits<double>::quiet_NaN()};
  return detail::wrong_kind("the name of a number", in);
}

result<datum::content_type> read_object(const boost::json::object& in) {
  auto mark = in.size() == 1 ? view(in.begin()->key()) : std::string_view{};
  if (is_mark(mark)) {
    const auto& content = in.begin()->value();
    return mark == bytes_mark        ? read<bytes>(datum_kind::bytes, content)
           : mark == real_mark       ? read_real(content)
           : mark == map_mark        ? read<datum::map_type>(datum_kind::map, content)
           : mark == obfuscated_mark ? read<obfuscated_word>(datum_kind::obfuscated, content)
                                     : read<transfer_object>(datum_kind::object, content);
  }
  datum::map_type entries;
  for (const auto& [key, value] : in) {
    auto name = detail::unmarked_text(view(key));
    if (!name)
      return name.error();
    auto& entry = entries.emplace_back(std::move(*name), datum{});
    if (auto done = of_json(entry.second, value); !done)
      return done.error().in(entry.first);
  }
  return datum::content_type{std::move(entries)};
}

result<datum::content_type> read_content(const json& in) {
  switch (in.kind()) {
  case boost::json::kind::null:
    return datum::content_type{};
  case boost::json::kind::bool_:
    return datum::content_type{in.get_bool()};
  case boost::json::kind::int64:
    return datum::content_type{in.get_int64()};
  case boost::json::kind::double_:
    return datum::content_type{in.get_double()};
  case boost::json::kind::string:
    return read<std::string>(datum_kind::text, in);
  case boost::json::kind::array:
    return read<datum::list_type>(datum_kind::list, in);
  case boost::json::kind::object:
    return read_object(in.get_object());
  case boost::json::kind::uint64:
    break;
  }
  return detail::wrong_kind("a value", in);
}

/// Reads the content of the kind that `kind` is the number of.
template <std::size_t Kind = 0>
bool get_content(datum& x, std::size_t kind, std::string_view in) {
  if constexpr (Kind < std::variant_size_v<datum::content_type>) {
    if (kind != Kind)
      return get_content<Kind + 1>(x, kind, in);
    using held = std::variant_alternative_t<Kind, datum::content_type>;
    held read{};
    if constexpr (std::is_same_v<held, std::monostate>) {
      if (!in.empty())
        return false;
    } else if (!get_value(ops_of<held>(), &read, in)) {
      return false;
    }
    x = datum{datum::content_type{std::in_place_index<Kind>, std::move(read)}};
    return true;
  } else {
    return false;
  }
}

} // namespace

const std::string* datum::as_text() const {
  if (const auto* text = std::get_if<static_cast<std::size_t>(datum_kind::text)>(&content_))
    return text;
  return std::get_if<static_cast<std::size_t>(datum_kind::bytes)>(&content_);
}

std::optional<std::int64_t> datum::as_int() const {
  if (const auto* flag = std::get_if<bool>(&content_))
    return *flag ? 1 : 0;
  const auto* number = std::get_if<std::int64_t>(&content_);
  return number ? std::optional{*number} : std::nullopt;
}

std::optional<double> datum::as_real() const {
  if (const auto* number = std::get_if<double>(&content_))
    return *number;
  const auto* number = std::get_if<std::int64_t>(&content_);
  return number ? std::optional{static_cast<double>(*number)} : std::nullopt;
}

const datum::list_type& datum::items() const {
  static const list_type nothing;
  const auto* items = std::get_if<list_type>(&content_);
  return items ? *items : nothing;
}

const datum::map_type& datum::entries() const {
  static const map_type nothing;
  const auto* entries = std::get_if<map_type>(&content_);
  return entries ? *entries : nothing;
}

const datum* datum::find(std::string_view key) const {
  for (const auto& [name, value] : entries())
    if (name == key)
      return &value;
  return nullptr;
}

datum& datum::add(std::string key, datum value) {
  if (kind() == datum_kind::none)
    *this = map();
  std::get<map_type>(content_).emplace_back(std::move(key), std::move(value));
  return *this;
}

bool datum::operator==(const datum& other) const {
  return content_ == other.content_;
}

void to_stored(const datum& x, bytes& out) {
  out.push_back(static_cast<char>(x.kind()));
  std::visit(
      [&](const auto& held) {
        using type = std::decay_t<decltype(held)>;
        if constexpr (!std::is_same_v<type, std::monostate>)
          put_value(ops_of<type>(), out, &held);
      },
      x.content());
}

bool from_stored(datum& x, std::string_view in) {
  return !in.empty() && get_content(x, static_cast<unsigned char>(in[0]), in.substr(1));
}

json as_json(const datum& x) {
  if (x.kind() == datum_kind::bytes)
    return marked(bytes_mark, to_json(*x.as_text()));
  return std::visit([](const auto& held) { return show(held); }, x.content());
}

result<void> of_json(datum& x, const json& in) {
  auto content = read_content(in);
  if (!content)
    return content.error();
  x = datum{std::move(*content)};
  return {};
}

} // namespace troupe::workers
