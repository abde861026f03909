// A part of a configuration: one component as it was made there, and the typed configuration that a
// service reads from its arguments.
#pragma once

#include "actors/config/model/component.hpp"
#include "storage/codec.hpp"

namespace troupe::model {

/// {class, arguments, place}. Its JSON is what Lua gave: {"$": class, "@": [file, line], name:
/// value…}.
struct part {
  std::string class_name;                 ///< "Nightly".
  json arguments = boost::json::object{}; ///< Those given, by Buildbot's names.
  place at;
  TROUPE_FIELDS(class_name, arguments, at)

  /// The argument as given, or nullptr.
  const json* given(std::string_view argument) const { return member(arguments, argument); }
  void set(std::string_view argument, json value);
  void drop(std::string_view argument);
  /// Text of an argument; empty when it is absent or no text.
  std::string text(std::string_view argument) const;
  /// By which others name it; empty for those that nobody names.
  std::string name() const { return text("name"); }
};
json as_json(const part& x);
result<void> of_json(part& x, const json& in);

/// The argument as given, or else the default of its class; a reference that lasts as long as the
/// part, or for ever.
const json& value_of(const part& from, const component& of, std::string_view argument);

/// A component that fills a typed value in a way of its own, in place of field by field.
class typed_reading : public component_role {
public:
  /// `into` is a value of the type that this component is read as.
  virtual result<void> read(const part& from, void* into) const = 0;
  /// The way back: fills the arguments of `into`.
  virtual void write(const void* from, part& into) const = 0;
};

/// Fills the fields of `into` that are named like arguments of the class (`field_name`), with
/// defaults for those not given. A described field that is not called like an argument is filled
/// from the same arguments; `class_name` is the class. Others are left alone.
result<void> read_settings(const part& from, const component& of, const value_ops& ops, void* into);

/// Throws `failed` if an argument cannot be read: parts have been checked before.
template <class Settings>
Settings settings_of(const part& from, const component& of) {
  Settings out;
  read_settings(from, of, ops_of<Settings>(), &out).value();
  return out;
}

/// The way back: a part whose settings are those at `from`.
part part_from_settings(const component& of, const value_ops& ops, const void* from);

/// Whether anything in the value is computed later: renderables, functions.
bool computed_later(const json& value);

} // namespace troupe::model
