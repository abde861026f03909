#include "actors/schedulers/force_parameters.hpp"

#include "actors/config/rendering/regex.hpp"

namespace troupe::schedulers {

namespace {

std::string text_at(const json& of, std::string_view key, std::string otherwise = {}) {
  auto* found = of.is_object() ? of.get_object().if_contains({key.data(), key.size()}) : nullptr;
  if (!found || !found->is_string())
    return otherwise;
  return {found->get_string().data(), found->get_string().size()};
}

bool flag_at(const json& of, std::string_view key, bool otherwise = false) {
  auto* found = of.get_object().if_contains({key.data(), key.size()});
  return found && found->is_bool() ? found->get_bool() : otherwise;
}

const json* value_at(const json& of, std::string_view key) {
  return of.is_object() ? of.get_object().if_contains({key.data(), key.size()}) : nullptr;
}

bool blank(const json* value) {
  if (!value || value->is_null())
    return true;
  if (!value->is_string())
    return false;
  std::string_view text{value->get_string().data(), value->get_string().size()};
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class reader {
public:
  reader(const json& given, forced& into) : given_{given}, into_{into} {}

  void read(const json& parameter, const std::string& parent, std::map<std::string, json>& values) {
    auto kind = text_at(parameter, "kind"), name = text_at(parameter, "name");
    auto full = parent.empty() ? name : name.empty() ? parent : parent + "_" + name;
    if (kind == "CodebaseParameter")
      return read_codebase(parameter);
    if (kind == "AnyPropertyParameter")
      return read_any(full, values);
    if (kind == "NestedParameter") {
      std::map<std::string, json> inner;
      if (auto* fields = value_at(parameter, "fields"); fields && fields->is_array())
        for (const auto& field : fields->get_array())
          read(field, full, inner);
      if (name.empty())
        values.merge(inner);
      else
        values[name] = to_json(inner);
      return;
    }
    if (auto value = read_one(parameter, kind, full); !value.is_null())
      values[name] = std::move(value);
  }

private:
  json fallback(const json& parameter) const {
    auto* value = value_at(parameter, "default");
    return value ? *value : json(nullptr);
  }

  void complain(const std::string& full, std::string message) {
    into_.errors.emplace(full, std::move(message));
  }

  json read_one(const json& parameter, const std::string& kind, const std::string& full) {
    auto* value = value_at(given_, full);
    if (kind == "FixedParameter")
      return fallback(parameter);
    if (kind == "BooleanParameter") {
      if (!value)
        return fallback(parameter).is_bool() ? fallback(parameter) : json(false);
      return json((value->is_bool() && value->get_bool())
                  || (value->is_string() && value->get_string() == "true"));
    }
    if (blank(value)) {
      if (flag_at(parameter, "required"))
        complain(full,
                 fmt::format("'{}' needs to be specified", text_at(parameter, "label", full)));
      auto standard = fallback(parameter);
      return standard.is_null() && kind != "IntParameter" ? json("") : standard;
    }
    if (flag_at(parameter, "multiple") && value->is_array()) {
      boost::json::array all;
      for (const auto& one : value->get_array())
        all.push_back(check(parameter, kind, full, one));
      return all;
    }
    return check(parameter, kind, full, *value);
  }

  json check(const json& parameter, const std::string& kind, const std::string& full,
             const json& value) {
    std::string text = value.is_string()
                           ? std::string{value.get_string().data(), value.get_string().size()}
                           : print(value);
    if (auto* limit = value_at(parameter, "maxsize");
        limit && limit->is_number() && text.size() > limit->to_number<std::size_t>()) {
      complain(full, "is too large");
      return nullptr;
    }
    if (auto pattern = text_at(parameter, "regex"); !pattern.empty()) {
      auto compiled = model::regex::compile(pattern);
      auto matched = compiled ? compiled->matches_start(text) : result<bool>{compiled.error()};
      if (!matched || !*matched) {
        complain(full, fmt::format("'{}' does not match '{}'", text, pattern));
        return nullptr;
      }
    }
    if (kind == "IntParameter") {
      char* end = nullptr;
      auto number = std::strtoll(text.c_str(), &end, 10);
      if (text.empty() || *end != '\0') {
        complain(full, fmt::format("'{}' is no whole number", text));
        return nullptr;
      }
      return json(number);
    }
    if (kind == "UserNameParameter" && flag_at(parameter, "need_email", true)) {
      auto at = text.find('@');
      if (text.find('<') == std::string::npos || at == std::string::npos || text.back() != '>') {
        complain(full, "the username must look like 'Name <name@example.org>'");
        return nullptr;
      }
    }
    if (kind == "ChoiceStringParameter" && flag_at(parameter, "strict", true)) {
      auto* choices = value_at(parameter, "choices");
      bool known = false;
      if (choices && choices->is_array())
        for (const auto& one : choices->get_array())
          known = known || (one.is_string() && one.get_string() == text);
      if (!known) {
        complain(full, fmt::format("'{}' is not one of the choices", text));
        return nullptr;
      }
    }
    return kind == "TextParameter" || value.is_string() ? to_json(text) : value;
  }

  void read_any(const std::string& full, std::map<std::string, json>& values) {
    auto* name = value_at(given_, full + "_name");
    auto* value = value_at(given_, full + "_value");
    if (blank(name))
      return;
    std::string key = name->is_string()
                          ? std::string{name->get_string().data(), name->get_string().size()}
                          : print(*name);
    values[key] = value ? *value : json("");
  }

  void read_codebase(const json& parameter) {
    records::sourcestamp stamp;
    stamp.codebase = text_at(parameter, "codebase");
    auto field = [&](std::string_view key) -> std::string {
      auto* is = value_at(parameter, key);
      if (is && is->is_string())
        return {is->get_string().data(), is->get_string().size()};
      auto full =
          stamp.codebase.empty() ? std::string{key} : stamp.codebase + "_" + std::string{key};
      json described = is && is->is_object() ? *is : json(boost::json::object{{"name", full}});
      auto value = read_one(described, text_at(described, "kind", "StringParameter"), full);
      return value.is_string() ? std::string{value.get_string().data(), value.get_string().size()}
                               : std::string{};
    };
    if (auto branch = field("branch"); !branch.empty())
      stamp.branch = branch;
    if (auto revision = field("revision"); !revision.empty())
      stamp.revision = revision;
    stamp.repository = field("repository");
    stamp.project = field("project");
    into_.stamps.push_back(std::move(stamp));
  }

  const json& given_;
  forced& into_;
};

} // namespace

forced read_parameters(const json& parameters, const json& given) {
  forced read_in;
  reader from{given, read_in};
  if (parameters.is_array())
    for (const auto& one : parameters.get_array())
      from.read(one, {}, read_in.values);
  return read_in;
}

} // namespace troupe::schedulers
