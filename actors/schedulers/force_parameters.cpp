#include "actors/schedulers/force_parameters.hpp"

#include <fmt/format.h>

#include "actors/config/rendering/regex.hpp"

namespace troupe::schedulers {

bool is_blank(const json* value) {
  if (!value || value->is_null())
    return true;
  return value->is_string()
         && model::as_text(*value).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

form_field::form_field(const json& parameter, const std::string& parent)
  : is_{model::find_component(model::component_use::parameter, model::class_of(parameter))} {
  model::of_json(of_, parameter).value();
  auto own = name();
  full_ = parent.empty() ? own : own.empty() ? parent : parent + "_" + own;
}

form_field::form_field(const model::component& is, json arguments, std::string full)
  : is_{&is}, full_{std::move(full)} {
  of_.class_name = is.name;
  of_.arguments = std::move(arguments);
}

const json& form_field::value(std::string_view argument) const {
  return model::value_of(of_, *is_, argument);
}

std::string form_field::text(std::string_view argument) const {
  return is_ && is_->find(argument) ? std::string{model::as_text(value(argument))} : std::string{};
}

bool form_field::flag(std::string_view argument) const {
  const auto& is = value(argument);
  return is.is_bool() && is.get_bool();
}

void form_reader::read(const json& parameter, const std::string& parent, form_values& values) {
  form_field field{parameter, parent};
  if (auto* role = model::role_of<parameter_role>(field.is()))
    role->read(*this, field, values);
}

const json* form_reader::given(const std::string& full) const {
  return model::member(given_, full);
}

void form_reader::complain(const form_field& about, std::string message) {
  into_.errors.emplace(about.full(), std::move(message));
}

void parameter_role::read(form_reader& from, const form_field& of, form_values& values) const {
  if (auto is = value(from, of); !is.is_null())
    values[of.name()] = std::move(is);
}

json parameter_role::value(form_reader& from, const form_field& of) const {
  auto* given = from.given(of.full());
  if (is_blank(given)) {
    if (of.flag("required")) {
      auto label = of.text("label");
      from.complain(of,
                    fmt::format("'{}' needs to be specified", label.empty() ? of.full() : label));
    }
    return absent(of);
  }
  if (!of.flag("multiple") || !given->is_array())
    return checked(from, of, *given);
  boost::json::array all;
  for (const auto& one : given->get_array())
    all.push_back(checked(from, of, one));
  return all;
}

json parameter_role::checked(form_reader& from, const form_field& of, const json& given) const {
  auto text = given.is_string() ? std::string{model::as_text(given)} : print(given);
  if (const auto& limit = of.value("maxsize");
      limit.is_int64() && text.size() > static_cast<std::size_t>(limit.get_int64())) {
    from.complain(of, "is too large");
    return nullptr;
  }
  if (auto pattern = of.text("regex"); !pattern.empty()) {
    auto compiled = model::regex::compile(pattern);
    auto matched = compiled ? compiled->matches_start(text) : result<bool>{compiled.error()};
    if (!matched || !*matched) {
      from.complain(of, fmt::format("'{}' does not match '{}'", text, pattern));
      return nullptr;
    }
  }
  return convert(from, of, text, given);
}

json parameter_role::convert(form_reader&, const form_field&, const std::string& text,
                             const json& given) const {
  return given.is_string() ? to_json(text) : given;
}

json parameter_role::absent(const form_field& of) const {
  const auto& standard = of.value("default");
  return standard.is_null() ? json("") : standard;
}

forced read_parameters(const std::vector<model::part>& parameters, const json& given) {
  forced made;
  form_reader from{given, made};
  for (const auto& one : parameters)
    from.read(to_json(one), {}, made.values);
  return made;
}

} // namespace troupe::schedulers
