#include "actors/config/model/same.hpp"

#include <boost/json.hpp>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

namespace {

bool same_members(const boost::json::object& a, const boost::json::object& b) {
  if (a.size() != b.size())
    return false;
  for (const auto& [key, value] : a) {
    if (key == "@") // a place
      continue;
    auto other = b.if_contains(key);
    if (!other || !same_computed(value, *other))
      return false;
  }
  return true;
}

} // namespace

bool same_computed(const computed& a, const computed& b) {
  if (a.is_array() && b.is_array())
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(),
                      b.get_array().end(), same_computed);
  if (!a.is_object() || !b.is_object())
    return a == b;
  auto kind = class_of(a);
  if (kind != class_of(b))
    return false;
  if (kind == "function")
    return text_of(a, "digest") == text_of(b, "digest");
  auto x = kind == "literal" ? member(a, "value") : nullptr;
  auto y = kind == "literal" ? member(b, "value") : nullptr;
  if (x && y && x->is_object() && y->is_object())
    return same_members(x->get_object(), y->get_object());
  return same_members(a.get_object(), b.get_object());
}

std::optional<bool> but_for_place(const value_ops& ops, const void* a, const void* b) {
  if (&ops == &ops_of<place>())
    return true;
  if (&ops == &ops_of<computed>())
    return same_computed(*static_cast<const computed*>(a), *static_cast<const computed*>(b));
  return std::nullopt;
}

} // namespace troupe::model
