#include "actors/workers/pb_values.hpp"

namespace troupe::workers {

using wire::jelly;
using wire::jelly_kind;

namespace {

struct into_jelly {
  const std::string& command;

  jelly operator()(std::monostate) const { return jelly::none(); }
  jelly operator()(bool flag) const { return jelly::boolean(flag); }
  jelly operator()(std::int64_t number) const { return jelly::integer(number); }
  jelly operator()(double number) const { return jelly::real(number); }
  jelly operator()(const std::string& text) const { return jelly::text(text); }
  jelly operator()(const datum::list_type& items) const {
    jelly::list_type out;
    out.reserve(items.size());
    for (const auto& one : items)
      out.push_back(to_jelly(one, command));
    return jelly::list(std::move(out));
  }
  jelly operator()(const datum::map_type& entries) const {
    jelly::pairs_type out;
    out.reserve(entries.size());
    for (const auto& [key, value] : entries)
      out.emplace_back(jelly::text(key), to_jelly(value, command));
    return jelly::dictionary(std::move(out));
  }
  /// The worker insists on a tuple.
  jelly operator()(const obfuscated_word& word) const {
    return jelly::tuple(
        {jelly::text("obfuscated"), jelly::text(word.real), jelly::text(word.shown)});
  }
  jelly operator()(transfer_object which) const { return jelly::own(transfer_key(command, which)); }
};

template <class Enum>
std::optional<Enum> named(std::string_view name) {
  auto names = names_of(Enum{});
  auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt
                              : std::optional{static_cast<Enum>(found - names.begin())};
}

} // namespace

std::string transfer_key(const std::string& command, transfer_object which) {
  return command + "/" + std::string{names_of(which)[static_cast<std::size_t>(which)]};
}

std::optional<transfer_object> transfer_object_of(std::string_view key) {
  auto slash = key.find('/');
  return slash == std::string_view::npos ? std::nullopt
                                         : named<transfer_object>(key.substr(slash + 1));
}

transfer_method transfer_method_of(std::string_view name) {
  return named<transfer_method>(name).value_or(transfer_method::other);
}

jelly to_jelly(const datum& value, const std::string& command) {
  if (value.kind() == datum_kind::bytes)
    return jelly::raw(*value.as_text());
  return std::visit(into_jelly{command}, value.content());
}

datum of_jelly(const jelly& value) {
  switch (value.kind()) {
  case jelly_kind::boolean:
    return datum::boolean(*value.as_bool());
  case jelly_kind::integer:
    return value.as_int() ? datum::integer(*value.as_int()) : datum::none();
  case jelly_kind::real:
    return datum::real(*value.as_real());
  case jelly_kind::bytes:
    return datum::raw(*value.as_text());
  case jelly_kind::text:
    return datum::text(*value.as_text());
  case jelly_kind::list:
  case jelly_kind::tuple:
  case jelly_kind::set:
  case jelly_kind::frozenset: {
    datum::list_type items;
    items.reserve(value.items().size());
    for (const auto& one : value.items())
      items.push_back(of_jelly(one));
    return datum::list(std::move(items));
  }
  case jelly_kind::dictionary: {
    datum::map_type entries;
    for (const auto& [key, held] : value.pairs())
      if (auto* name = key.as_text())
        entries.emplace_back(*name, of_jelly(held));
    return datum::map(std::move(entries));
  }
  case jelly_kind::none:
  case jelly_kind::remote:
  case jelly_kind::local:
  case jelly_kind::own:
  case jelly_kind::instance:
  case jelly_kind::unpersistable:
  case jelly_kind::opaque:
    break;
  }
  return datum::none();
}

} // namespace troupe::workers
