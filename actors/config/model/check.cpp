#include "actors/config/model/check.hpp"

#include <map>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/step_schema.hpp"
#include "actors/config/rendering/interpolate.hpp"
#include "actors/config/rendering/regex.hpp"

namespace troupe::model {

namespace {

std::string indexed(std::string_view list, std::size_t index) {
  return fmt::format("c.{}[{}]", list, index + 1);
}

class checker {
public:
  checker(const master& of, complaints& errors, bool formats)
    : of_{of}, errors_{errors}, check_formats_{formats} {}

  void run() {
    for (const auto& one : of_.locks)
      locks_.emplace(one.name);
    names(of_.workers, "workers", worker_names_);
    names(of_.builders, "builders", builder_names_);
    std::set<std::string_view> ignored;
    names(of_.schedulers, "schedulers", ignored);
    names(of_.change_sources, "change_source", ignored = {});
    for (std::size_t i = 0; i < of_.workers.size(); ++i)
      check(of_.workers[i], indexed("workers", i));
    for (std::size_t i = 0; i < of_.schedulers.size(); ++i)
      check(of_.schedulers[i], indexed("schedulers", i));
    for (std::size_t i = 0; i < of_.builders.size(); ++i)
      check(of_.builders[i], indexed("builders", i));
    formats(of_.properties, place{}, "c.properties");
  }

private:
  template <class Parts>
  void names(const Parts& parts, std::string_view list, std::set<std::string_view>& known) {
    std::map<std::string_view, place> first;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].name.empty())
        continue; // has been complained about
      auto [before, fresh] = first.emplace(parts[i].name, parts[i].at);
      if (!fresh)
        errors_.add(parts[i].at, indexed(list, i) + ".name",
                    fmt::format("'{}' is taken by the one of {}:{}", parts[i].name,
                                before->second.file, before->second.line));
      known.insert(parts[i].name);
    }
  }

  static std::vector<std::string_view> list_of(const std::set<std::string_view>& names) {
    return {names.begin(), names.end()};
  }

  void check(const worker& one, const std::string& key) {
    if (one.name.empty())
      return;
    if (!is_identifier(one.name) || one.name.size() > worker_name_max)
      errors_.add(one.at, key + ".name",
                  fmt::format("an identifier of at most {} characters expected, found '{}'",
                              worker_name_max, one.name));
    for (std::string_view reserved : {"debug", "change", "status"})
      if (one.name == reserved)
        errors_.add(one.at, key + ".name", fmt::format("'{}' is reserved", reserved));
    for (const auto& access : one.locks)
      check_access(access, one.at, key + ".locks");
    formats(one.properties, one.at, key + ".properties");
    formats(one.default_properties, one.at, key + ".defaultProperties");
  }

  void check(const scheduler& one, const std::string& key) {
    if (one.kind == "ForceScheduler" && !one.name.empty() && !is_identifier(one.name))
      errors_.add(one.at, key + ".name",
                  fmt::format("an identifier expected, found '{}'", one.name));
    if (one.builder_names.is_array()) {
      std::size_t index = 0;
      for (const auto& name : one.builder_names.get_array())
        check_builder_name(name, one.at, fmt::format("{}.builderNames[{}]", key, ++index));
    } else {
      names_are_computed_ = true;
    }
    for (const auto& [name, defaults] : one.codebases)
      if (!name.empty() && (!is_identifier(name) || name.size() > codebase_name_max))
        errors_.add(one.at, key + ".codebases",
                    fmt::format("an identifier of at most {} characters expected, found '{}'",
                                codebase_name_max, name));
    if (one.filter)
      check_filter(*one.filter, one.at, key + ".change_filter");
    formats(one.properties, one.at, key + ".properties");
  }

  void check_builder_name(const json& name, const place& at, const std::string& key) {
    if (!name.is_string()) {
      names_are_computed_ = names_are_computed_ || name.is_object();
      return;
    }
    auto text = view(name.get_string());
    scheduled_.insert(text);
    if (!builder_names_.contains(text))
      errors_.add(at, key, unknown_word("builder", text, list_of(builder_names_)));
  }

  void check_filter(const change_filter& filter, const place& at, const std::string& key) {
    auto patterns = [&](const std::string& name, const condition& wanted) {
      for (const auto& list : {wanted.matches, wanted.not_matches})
        for (const auto& pattern : list)
          if (auto fine = regex::compile(pattern); !fine)
            errors_.add(at, key + "." + name, fine.error().message);
    };
    for (const auto& [name, wanted] : filter.attributes)
      patterns(name + "_re", wanted);
    for (const auto& [name, wanted] : filter.properties)
      patterns("property_re." + name, wanted);
  }

  void check(const builder& one, const std::string& key) {
    if (one.name.empty())
      return;
    if (one.name[0] == '_')
      errors_.add(one.at, key + ".name",
                  fmt::format("'{}': names beginning with '_' are reserved", one.name));
    for (std::size_t i = 0; i < one.worker_names.size(); ++i)
      if (!worker_names_.contains(one.worker_names[i]))
        errors_.add(one.at, fmt::format("{}.workernames[{}]", key, i + 1),
                    unknown_word("worker", one.worker_names[i], list_of(worker_names_)));
    auto [before, fresh] = builddirs_.emplace(one.builddir, one.name);
    if (!fresh && before->second != one.name)
      errors_.add(one.at, key + ".builddir",
                  fmt::format("'{}' is taken by builder '{}'", one.builddir, before->second));
    std::set<std::string_view> tags;
    for (const auto& tag : one.tags)
      if (!tags.insert(tag).second)
        errors_.add(one.at, key + ".tags", fmt::format("'{}' is given twice", tag));
    if (!names_are_computed_ && !scheduled_.contains(one.name))
      errors_.add(one.at, key, fmt::format("no scheduler starts builder '{}'", one.name));
    check_access(one.locks, one.at, key + ".locks");
    formats(one.env, one.at, key + ".env");
    formats(one.properties, one.at, key + ".properties");
    formats(one.default_properties, one.at, key + ".defaultProperties");
    std::size_t index = 0;
    for (const auto& made : one.factory.steps) {
      auto path = fmt::format("{}.factory.steps[{}]", key, ++index);
      check_step(made, path, errors_);
      formats(made.arguments, made.at, path);
      if (auto locks = made.arguments.find("locks"); locks != made.arguments.end())
        check_access(locks->second, made.at, path + ".locks");
    }
  }

  // One access or a list of them; computed ones are checked when they are known.
  void check_access(const json& value, const place& at, const std::string& key) {
    if (value.is_array()) {
      for (const auto& element : value.get_array())
        check_access(element, at, key);
      return;
    }
    auto kind = class_of(value);
    auto name = text_of(value, "lock");
    if (kind == "Access" && !locks_.contains(name))
      errors_.add(at, key, unknown_word("lock", name, list_of(locks_)));
    else if (kind.empty() || kind == "MasterLock" || kind == "WorkerLock")
      errors_.add(at, key, found_instead("a lock access, lock:access(mode, count),", value));
  }

  void formats(const std::map<std::string, computed>& values, const place& at,
               const std::string& key) {
    if (!check_formats_)
      return;
    for (const auto& [name, value] : values)
      check_formats(value, at, key, name);
  }

  void check_formats(const json& value, const place& at, const std::string& key,
                     std::string_view name) {
    if (value.is_array())
      for (const auto& element : value.get_array())
        check_formats(element, at, key, name);
    if (!value.is_object())
      return;
    if (auto kind = class_of(value); !kind.empty() && kind != "function") {
      if (auto fine = check_renderable(value); !fine)
        errors_.add(at, fmt::format("{}.{}", key, name),
                    fmt::format("{}: {}", kind, fine.error().message));
    }
    if (class_of(value) != "function")
      for (const auto& [inner, entry] : value.get_object())
        check_formats(entry, at, key, name);
  }

  const master& of_;
  complaints& errors_;
  bool check_formats_;
  std::set<std::string_view> worker_names_, builder_names_, scheduled_, locks_;
  std::map<std::string, std::string> builddirs_;
  bool names_are_computed_ = false;
};

} // namespace

bool is_identifier(std::string_view text) {
  auto letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '-'
           || static_cast<unsigned char>(c) >= 0x80;
  };
  if (text.empty() || !letter(text[0]))
    return false;
  for (char c : text)
    if (!letter(c) && !std::isdigit(static_cast<unsigned char>(c)) && c != '.')
      return false;
  return true;
}

void check_master(const master& of, complaints& errors, bool formats) {
  checker{of, errors, formats}.run();
}

} // namespace troupe::model
