#include "actors/config/model/part_reader.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace troupe::model {

part_reader::part_reader(const json& part, std::string path, const place& at, complaints& errors)
  : part_{part}, path_{std::move(path)}, at_{at}, errors_{errors} {
  if (auto own = class_of(part).empty() ? nullptr : member(part, "@");
      own && own->is_array() && own->get_array().size() == 2)
    at_ = {std::string{view(own->get_array()[0].as_string())}, own->get_array()[1].as_int64()};
}

std::string part_reader::path_to(std::string_view name) const {
  return path_ + "." + std::string{name};
}

const place& part_reader::place_of(std::string_view name) const {
  if (!places_)
    return at_;
  auto found = places_->find(std::string{name.substr(0, name.find_first_of(".["))});
  return found == places_->end() ? at_ : found->second;
}

void part_reader::complain(std::string_view name, std::string message) {
  errors_.add(place_of(name), name.empty() ? path_ : path_to(name), std::move(message));
}

void part_reader::wrong(std::string_view name, std::string_view wanted, const json& got) {
  complain(name, found_instead(wanted, got));
}

const json* part_reader::find_or_null(std::string_view name) {
  asked_.push_back(name);
  return member(part_, name);
}

const json* part_reader::find(std::string_view name) {
  auto found = find_or_null(name);
  return found && !found->is_null() ? found : nullptr;
}

const json* part_reader::need(std::string_view name) {
  auto found = find(name);
  if (!found)
    complain(name, "required, but not given");
  return found;
}

void part_reader::text(std::string_view name, std::string& out, bool required) {
  auto found = required ? need(name) : find(name);
  if (!found)
    return;
  if (found->is_string())
    out = view(found->get_string());
  else
    wrong(name, "text", *found);
}

void part_reader::text(std::string_view name, std::optional<std::string>& out) {
  if (find(name))
    text(name, out.emplace());
}

void part_reader::truth(std::string_view name, bool& out) {
  auto found = find(name);
  if (found && found->is_bool())
    out = found->get_bool();
  else if (found)
    wrong(name, "true or false", *found);
}

void part_reader::whole(std::string_view name, std::optional<std::int64_t>& out,
                        std::int64_t least) {
  auto found = find(name);
  if (!found)
    return;
  if (!found->is_int64())
    wrong(name, "a whole number", *found);
  else if (found->get_int64() < least)
    wrong(name, fmt::format("a whole number from {} on", least), *found);
  else
    out = found->get_int64();
}

void part_reader::seconds(std::string_view name, span& out) {
  constexpr double most = 1e9; // 30 years; far from what microseconds can hold
  auto found = find(name);
  if (!found)
    return;
  auto value = found->is_number() ? found->to_number<double>() : -1;
  if (value >= 0 && value <= most)
    out = span{static_cast<std::int64_t>(value * 1e6 + 0.5)};
  else
    wrong(name, "seconds, a number from 0 on,", *found);
}

void part_reader::seconds(std::string_view name, std::optional<span>& out) {
  if (find(name))
    seconds(name, out.emplace());
}

void part_reader::any(std::string_view name, std::optional<computed>& out) {
  if (auto found = find(name))
    out = *found;
}

const boost::json::object* as_map(const json& value) {
  static const boost::json::object empty;
  if (value.is_array() && value.get_array().empty())
    return &empty;
  auto kind = class_of(value);
  if (kind == "literal")
    return member(value, "value")->if_object();
  return value.is_object() && kind.empty() ? &value.get_object() : nullptr;
}

void part_reader::map(std::string_view name, std::map<std::string, computed>& out) {
  auto found = find(name);
  if (!found)
    return;
  auto entries = as_map(*found);
  if (!entries)
    return wrong(name, "a map", *found);
  for (const auto& [key, value] : *entries)
    out.emplace(view(key), value);
}

void part_reader::texts(std::string_view name, std::vector<std::string>& out, bool required) {
  auto found = required ? need(name) : find(name);
  if (!found)
    return;
  if (!found->is_array())
    return wrong(name, "a list of texts", *found);
  std::size_t index = 0;
  for (const auto& element : found->get_array()) {
    ++index;
    if (element.is_string())
      out.emplace_back(view(element.get_string()));
    else
      wrong(fmt::format("{}[{}]", name, index), "text", element);
  }
}

void part_reader::choices(std::string_view name,
                          std::optional<std::vector<std::optional<std::string>>>& out) {
  auto found = find_or_null(name);
  if (!found)
    return;
  out.emplace();
  auto add = [&](const json& value) {
    if (value.is_null())
      out->emplace_back();
    else if (value.is_string())
      out->emplace_back(view(value.get_string()));
    else
      wrong(name, "text, or a list of texts,", value);
  };
  if (!found->is_array())
    return add(*found);
  for (const auto& element : found->get_array())
    add(element);
}

void part_reader::function(std::string_view name, std::optional<computed>& out) {
  auto found = find(name);
  if (!found)
    return;
  if (class_of(*found) == "function")
    out = *found;
  else
    wrong(name, "a function", *found);
}

void part_reader::finish() {
  if (!part_.is_object())
    return;
  std::sort(asked_.begin(), asked_.end());
  asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
  for (const auto& [key, value] : part_.get_object())
    if (key != "$" && key != "@" && !std::binary_search(asked_.begin(), asked_.end(), view(key)))
      complain(view(key), unknown_word("key", view(key), asked_));
}

} // namespace troupe::model
