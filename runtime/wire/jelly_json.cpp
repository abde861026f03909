#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "runtime/wire/jelly.hpp"
#include "runtime/wire/utf8.hpp"
#include "storage/hex.hpp"

namespace troupe::wire {

namespace {

std::string_view view(boost::json::string_view text) {
  return {text.data(), text.size()};
}

/// The keys of marked objects, besides the names of kinds.
bool is_mark(std::string_view key) {
  auto kinds = names_of(jelly_kind::none);
  return key == "hex" || key == "text_hex"
         || std::find(kinds.begin(), kinds.end(), key) != kinds.end();
}

/// Whether a dictionary can be shown as an object and be read back as the same.
bool is_plain(const jelly::pairs_type& pairs) {
  std::set<std::string_view> keys;
  for (const auto& [key, value] : pairs)
    if (!key.is(jelly_kind::text) || !is_utf8(*key.as_text())
        || !keys.insert(*key.as_text()).second)
      return false;
  return pairs.size() != 1 || !is_mark(*keys.begin());
}

json marked(std::string_view mark, json value) {
  boost::json::object out;
  out.emplace(boost::json::string_view{mark.data(), mark.size()}, std::move(value));
  return out;
}

json array_of(const jelly::list_type& items) {
  boost::json::array out;
  for (const auto& item : items)
    out.push_back(as_json(item));
  return out;
}

json of_dictionary(const jelly::pairs_type& pairs) {
  if (!is_plain(pairs)) {
    boost::json::array out;
    for (const auto& [key, value] : pairs)
      out.push_back(boost::json::array{as_json(key), as_json(value)});
    return marked("dictionary", std::move(out));
  }
  boost::json::object out;
  for (const auto& [key, value] : pairs)
    out.emplace(*key.as_text(), as_json(value));
  return out;
}

json of_string(jelly_kind kind, const std::string& string) {
  bool shown = is_utf8(string);
  if (kind == jelly_kind::text)
    return shown ? text_json(string) : marked("text_hex", text_json(to_hex(string)));
  return shown ? marked("bytes", text_json(string)) : marked("hex", text_json(to_hex(string)));
}

result<jelly::list_type> items_of(const json& in) {
  if (!in.is_array())
    return detail::wrong_kind("a list", in);
  jelly::list_type items(in.get_array().size());
  for (std::size_t i = 0; i < items.size(); ++i)
    if (auto done = of_json(items[i], in.get_array()[i]); !done)
      return done.error().in("[" + std::to_string(i) + "]");
  return items;
}

result<jelly> dictionary_of(const json& in) {
  auto items = items_of(in);
  if (!items)
    return items.error();
  jelly::pairs_type pairs;
  for (auto& item : *items) {
    if (!item.is(jelly_kind::list) || item.items().size() != 2)
      return failure{errc::invalid, "a dictionary is a list of pairs"};
    pairs.emplace_back(item.items()[0], item.items()[1]);
  }
  return jelly::dictionary(std::move(pairs));
}

result<jelly> of_string_mark(std::string_view mark, const std::string& value) {
  if (mark == "bytes")
    return jelly::raw(value);
  if (mark == "own")
    return jelly::own(value);
  if (mark == "unpersistable")
    return jelly::unpersistable(value);
  auto raw = from_hex(value);
  if (!raw)
    return raw.error();
  return mark == "hex" ? jelly::raw(std::move(*raw)) : jelly::text(std::move(*raw));
}

result<jelly> of_mark(std::string_view mark, const json& in, const json& whole) {
  if (mark == "tuple" || mark == "set" || mark == "frozenset" || mark == "instance") {
    auto items = items_of(in);
    if (!items)
      return items.error();
    if (mark == "tuple")
      return jelly::tuple(std::move(*items));
    if (mark != "instance")
      return mark == "set" ? jelly::set(std::move(*items)) : jelly::frozenset(std::move(*items));
    std::string class_name;
    if (items->size() != 2 || !from_json(class_name, in.get_array()[0]))
      return failure{errc::invalid, "an instance is a class name and a state"};
    return jelly::instance(std::move(class_name), std::move((*items)[1]));
  }
  if (mark == "dictionary")
    return dictionary_of(in);
  if ((mark == "remote" || mark == "local") && in.is_int64())
    return mark == "remote" ? jelly::remote(in.get_int64()) : jelly::local(in.get_int64());
  if (mark == "opaque") {
    sexp tagged;
    if (auto done = of_json(tagged, in); !done)
      return done.error();
    return jelly::opaque(std::move(tagged));
  }
  if ((mark == "integer" || mark == "real") && in.is_string()) {
    auto number = number_of_json(whole);
    if (!number)
      return number.error();
    if (number->big() != nullptr)
      return jelly::big(*number->big());
    return number->real() != nullptr ? jelly::real(*number->real())
                                     : jelly::integer(*number->integer());
  }
  std::string text;
  if (from_json(text, in))
    return of_string_mark(mark, text);
  return detail::wrong_kind(mark, whole);
}

result<jelly> of_object(const json& in) {
  const auto& object = in.get_object();
  if (object.size() == 1 && is_mark(view(object.begin()->key())))
    return of_mark(view(object.begin()->key()), object.begin()->value(), in);
  jelly::pairs_type pairs;
  for (const auto& [key, value] : object) {
    jelly held;
    if (auto done = of_json(held, value); !done)
      return done.error().in(view(key));
    pairs.emplace_back(jelly::text(std::string{view(key)}), std::move(held));
  }
  return jelly::dictionary(std::move(pairs));
}

} // namespace

json as_json(const jelly& x) {
  switch (x.kind()) {
  case jelly_kind::none:
    return json(nullptr);
  case jelly_kind::boolean:
    return json(*x.as_bool());
  case jelly_kind::integer:
    return x.as_big() != nullptr ? marked("integer", text_json(x.as_big()->decimal()))
                                 : json(*x.as_int());
  case jelly_kind::real:
    return real_json(*x.as_real());
  case jelly_kind::bytes:
  case jelly_kind::text:
    return of_string(x.kind(), *x.as_text());
  case jelly_kind::list:
    return array_of(x.items());
  case jelly_kind::tuple:
  case jelly_kind::set:
  case jelly_kind::frozenset:
    return marked(names_of(jelly_kind::none)[static_cast<std::size_t>(x.kind())],
                  array_of(x.items()));
  case jelly_kind::dictionary:
    return of_dictionary(x.pairs());
  case jelly_kind::remote:
    return marked("remote", json(*x.as_remote()));
  case jelly_kind::local:
    return marked("local", json(*x.as_local()));
  case jelly_kind::own:
    return marked("own", to_json(*x.as_own()));
  case jelly_kind::instance:
    return marked("instance", boost::json::array{to_json(x.class_name()), as_json(x.state())});
  case jelly_kind::unpersistable:
    return marked("unpersistable", to_json(*x.as_unpersistable()));
  case jelly_kind::opaque:
    return marked("opaque", as_json(*x.as_opaque()));
  }
  return {};
}

result<void> of_json(jelly& x, const json& in) {
  if (in.is_null()) {
    x = jelly::none();
  } else if (in.is_bool()) {
    x = jelly::boolean(in.get_bool());
  } else if (in.is_int64()) {
    x = jelly::integer(in.get_int64());
  } else if (in.is_double()) {
    x = jelly::real(in.get_double());
  } else if (in.is_string()) {
    x = jelly::text(std::string{view(in.get_string())});
  } else if (in.is_array() || in.is_object()) {
    auto read = in.is_object() ? of_object(in) : result<jelly>{jelly{}};
    if (in.is_array()) {
      auto items = items_of(in);
      if (!items)
        return items.error();
      read = jelly::list(std::move(*items));
    }
    if (!read)
      return read.error();
    x = std::move(*read);
  } else {
    return detail::wrong_kind("a value", in);
  }
  return {};
}

} // namespace troupe::wire
