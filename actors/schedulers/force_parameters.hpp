// What a person gave a ForceScheduler, checked against its parameters (semantics.md §20). Pure.
//
// A parameter is a component (util.StringParameter, …); its role reads what was given for it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/config/model/part.hpp"
#include "storage/records/property.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::schedulers {

struct forced {
  std::map<std::string, json> values; ///< Properties by name; nested ones are maps.
  std::vector<records::sourcestamp> stamps;
  std::map<std::string, std::string> errors; ///< By full name; empty if all is well.
};

/// `given`: a map by full names (parent_name).
forced read_parameters(const std::vector<model::part>& parameters, const json& given);

/// One parameter of a form, under its full name.
class form_field {
public:
  form_field(const json& parameter, const std::string& parent);
  form_field(const model::component& is, json arguments, std::string full);

  std::string name() const { return text("name"); }
  const std::string& full() const noexcept { return full_; }
  /// The argument, or its default.
  const json& value(std::string_view argument) const;
  std::string text(std::string_view argument) const;
  bool flag(std::string_view argument) const;
  const model::component* is() const noexcept { return is_; }

private:
  const model::component* is_;
  model::part of_;
  std::string full_;
};

/// Nothing given: absent, null, or white space.
bool is_blank(const json* value);

using form_values = std::map<std::string, json>;

/// What was given, and what came of it.
class form_reader {
public:
  form_reader(const json& given, forced& into) : given_{given}, into_{into} {}

  void read(const json& parameter, const std::string& parent, form_values& values);
  /// Nullptr when nothing was given under that name.
  const json* given(const std::string& full) const;
  void complain(const form_field& about, std::string message);
  void add(records::sourcestamp stamp) { into_.stamps.push_back(std::move(stamp)); }

private:
  const json& given_;
  forced& into_;
};

class parameter_role : public model::component_role {
public:
  /// Puts what was given for the parameter among `values`: by default one value, by its name.
  virtual void read(form_reader& from, const form_field& of, form_values& values) const;
  /// The value of the parameter; null if it has none, or was complained about.
  virtual json value(form_reader& from, const form_field& of) const;

protected:
  /// Of text that is not blank, short enough and matched; null with a complaint if it is wrong.
  virtual json convert(form_reader& from, const form_field& of, const std::string& text,
                       const json& given) const;
  /// When nothing is given.
  virtual json absent(const form_field& of) const;

private:
  json checked(form_reader& from, const form_field& of, const json& given) const;
};

} // namespace troupe::schedulers
