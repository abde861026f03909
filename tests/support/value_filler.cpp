#include "tests/support/value_filler.hpp"

#include <limits>

#include "actors/config/model/part.hpp"
#include "actors/workers/datum.hpp"
#include "runtime/mail/address.hpp"
#include "runtime/wire/jelly.hpp"
#include "storage/codec_parts.hpp"

namespace troupe::testing {

namespace {

json text_json(std::string_view text) {
  return to_json(std::string{text});
}

/// Room for a number or enum of a type that is known by its operations only.
class number_room {
public:
  explicit number_room(const value_ops& ops) : ops_{ops} {}

  bool takes(std::int64_t number) {
    bytes stored;
    troupe::detail::put_integer(stored, number);
    return static_cast<bool>(get_value(ops_, room_, stored));
  }
  json shown() const { return show_value(ops_, room_); }

private:
  const value_ops& ops_;
  alignas(std::int64_t) unsigned char room_[sizeof(std::int64_t)] = {};
};

class filler {
public:
  explicit filler(filling how) : odd_{how == filling::odd} {}

  /// `usual`: the value at its default, if there is one.
  json fill(const value_ops& ops, const void* usual, std::string_view name) {
    auto n = ++next_;
    auto usually = usual ? show_value(ops, usual) : json(nullptr);
    switch (ops.shape) {
    case value_shape::fields:
      return ops.read ? own(ops, name, n) : fields(ops, usual);
    case value_shape::number:
      return number(ops, usually.is_int64() ? usually.get_int64() : 0, n);
    case value_shape::name:
      return enumerator(ops, usually);
    case value_shape::real:
      return odd_ ? json(-0.1 * static_cast<double>(n)) : json(static_cast<double>(n) + 0.5);
    case value_shape::flag:
      return json(usual == nullptr || !usually.get_bool());
    case value_shape::text:
      return odd_ ? text_json(std::string{"\xff\0\\\"", 4} + std::to_string(n))
                  : text_json(std::string{name} + "-" + std::to_string(n));
    case value_shape::json:
      return boost::json::object{{std::string{name}, boost::json::array{n, nullptr, "text"}}};
    case value_shape::span:
      return odd_ ? n % 2 == 0 ? to_json(span::max()) : to_json(span{-1'500'000 - n})
                  : to_json(span{n * 1'000'000 + 1});
    case value_shape::instant:
      return odd_ ? to_json(instant::max()) : to_json(instant{span{1'700'000'000'000'000 + n}});
    case value_shape::optional:
      return fill(*ops.first, nullptr, name);
    case value_shape::pair: {
      auto first = fill(*ops.first, nullptr, name);
      return boost::json::array{std::move(first), fill(*ops.second, nullptr, name)};
    }
    case value_shape::list:
      return boost::json::array{fill(*ops.first, nullptr, name)};
    case value_shape::map: {
      auto key = fill(*ops.first, nullptr, name);
      auto text = key.is_string() ? std::string{key.get_string()} : print(key);
      return boost::json::object{{std::move(text), fill(*ops.second, nullptr, name)}};
    }
    case value_shape::own:
      return own(ops, name, n);
    }
    return nullptr;
  }

private:
  json fields(const value_ops& ops, const void* usual) {
    const auto& of = ops.fields();
    boost::json::object out;
    if (std::find(open_.begin(), open_.end(), &of) != open_.end())
      return out; // a part of its own type: once is enough
    open_.push_back(&of);
    auto* from = static_cast<const char*>(usual ? usual : of.sample());
    for (const auto& field : of.fields())
      out.emplace(boost::json::string_view{field.name.data(), field.name.size()},
                  fill(*field.ops, from + field.offset, field.name));
    open_.pop_back();
    return out;
  }

  json number(const value_ops& ops, std::int64_t usual, std::int64_t n) const {
    number_room room{ops};
    if (odd_)
      for (auto extreme : {std::numeric_limits<std::int64_t>::min(),
                           std::int64_t{std::numeric_limits<std::int32_t>::min()}})
        if (room.takes(extreme + n))
          return json(extreme + n);
    return json(room.takes(usual + n) ? usual + n : n % 100);
  }

  /// The last one that is not the usual: it moves when another is put before it.
  static json enumerator(const value_ops& ops, const json& usual) {
    number_room room{ops};
    json chosen = usual;
    for (std::int64_t i = 0; room.takes(i) && room.shown().is_string(); ++i)
      if (room.shown() != usual)
        chosen = room.shown();
    return chosen;
  }

  json own(const value_ops& ops, std::string_view name, std::int64_t n) const {
    if (&ops == &ops_of<runtime::address>())
      return text_json("/" + std::string{name} + "/" + std::to_string(n));
    if (&ops == &ops_of<runtime::any_message>())
      return boost::json::object{{"type", "runtime::store_barrier"},
                                 {"fields", boost::json::object{{"token", n}}}};
    if (&ops == &ops_of<model::part>())
      return boost::json::object{{"$", "Class" + std::to_string(n)},
                                 {"@", boost::json::array{"file", n}},
                                 {std::string{name}, n}};
    if (&ops == &ops_of<wire::sexp>())
      return boost::json::array{n, text_json(name), boost::json::array{}};
    if (&ops == &ops_of<wire::jelly>()) {
      using wire::jelly;
      std::string text = odd_ ? "\xff\0" : "text";
      return as_json(jelly::list({jelly::integer(n), jelly::raw(text), jelly::text(text),
                                  jelly::own(text), jelly::remote(n), jelly::none(),
                                  jelly::instance(text + ".X", jelly::tuple({jelly::real(0.5)})),
                                  jelly::dictionary({{jelly::text("key"), jelly::text(text)}})}));
    }
    if (&ops == &ops_of<workers::datum>()) {
      using workers::datum;
      std::string text = odd_ ? "\xff\0" : "text";
      return as_json(datum::list({datum::integer(n), datum::raw(text), datum::text(text),
                                  datum::obfuscated(text, text), datum::boolean(odd_),
                                  datum::object(workers::transfer_object::writer), datum::none(),
                                  datum::real(0.5), datum::map({{text, datum::text(text)}})}));
    }
    throw failed{{errc::bug, "a type with a form of its own that the filler does not know: "
                                 + std::string{name}}};
  }

  bool odd_;
  std::int64_t next_ = 0;
  std::vector<const layout*> open_;
};

std::string shape_of(const value_ops& ops, std::vector<const layout*>& open) {
  switch (ops.shape) {
  case value_shape::fields: {
    const auto& of = ops.fields();
    if (auto i = std::find(open.begin(), open.end(), &of); i != open.end())
      return "^" + std::to_string(open.end() - i);
    open.push_back(&of);
    std::string out;
    for (const auto& field : of.fields()) {
      out += (out.empty() ? "{" : ",") + std::string{field.name};
      if (field.tag != troupe::detail::field_tag(field.name)) // re-typed; the shape may be the same
        out += "#" + std::to_string(field.tag);
      out += ":" + shape_of(*field.ops, open);
    }
    open.pop_back();
    return (out.empty() ? "{" : out) + "}";
  }
  case value_shape::optional:
    return "?" + shape_of(*ops.first, open);
  case value_shape::pair:
    return "(" + shape_of(*ops.first, open) + "," + shape_of(*ops.second, open) + ")";
  case value_shape::list:
    return "[" + shape_of(*ops.first, open) + "]";
  case value_shape::map:
    return "[" + shape_of(*ops.first, open) + ":" + shape_of(*ops.second, open) + "]";
  case value_shape::number:
    return "number";
  case value_shape::name:
    return "name";
  case value_shape::real:
    return "real";
  case value_shape::flag:
    return "flag";
  case value_shape::text:
    return "text";
  case value_shape::json:
    return "json";
  case value_shape::span:
    return "span";
  case value_shape::instant:
    return "instant";
  case value_shape::own:
    break;
  }
  return &ops == &ops_of<runtime::address>()       ? "address"
         : &ops == &ops_of<runtime::any_message>() ? "message"
         : &ops == &ops_of<wire::jelly>()          ? "jelly"
         : &ops == &ops_of<workers::datum>()       ? "datum"
         : &ops == &ops_of<wire::sexp>()           ? "sexp"
                                                   : "own";
}

} // namespace

json filled_json(const value_ops& ops, filling how) {
  return filler{how}.fill(ops, nullptr, "value");
}

runtime::any_message filled(const runtime::message_codec& codec, filling how) {
  return codec.read(filled_json(*codec.ops, how)).value();
}

std::string shape_text(const value_ops& ops) {
  std::vector<const layout*> open;
  return shape_of(ops, open);
}

} // namespace troupe::testing
