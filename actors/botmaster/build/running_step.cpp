#include "actors/botmaster/build/running_step.hpp"

#include <fmt/format.h>

#include "actors/config/rendering/printf.hpp"
#include "storage/utf8.hpp"

namespace troupe::botmaster {

using records::result_code;

namespace {

constexpr std::size_t step_name_max = 50;

/// "text" or ["two", "texts"], joined by blanks.
std::string joined(const json& value) {
  if (!value.is_array())
    return steps::text_of(value);
  std::string out;
  for (const auto& one : value.get_array()) {
    auto part = joined(one);
    if (!part.empty())
      out += (out.empty() ? "" : " ") + part;
  }
  return out;
}

/// "'make all'", "'echo out; ...'": the first two words of a command (§7.3).
std::string short_command(const json& command) {
  std::vector<std::string> message;
  if (command.is_string()) {
    std::string_view text{command.get_string().data(), command.get_string().size()};
    while (!text.empty()) {
      auto begin = text.find_first_not_of(" \t\n");
      if (begin == std::string_view::npos)
        break;
      text.remove_prefix(begin);
      auto end = std::min(text.find_first_of(" \t\n"), text.size());
      message.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  } else if (command.is_array()) {
    for (const auto& one : command.get_array())
      message.push_back(one.is_array() && one.get_array().size() == 3
                            ? steps::text_of(one.get_array()[2])
                            : steps::text_of(one));
  }
  if (message.empty())
    return {};
  if (message.size() == 1)
    return "'" + message[0] + "'";
  return "'" + message[0] + " " + message[1] + (message.size() > 2 ? " ..." : "") + "'";
}

} // namespace

bool truth_of(const json& value, bool otherwise) {
  return value.is_null() ? otherwise : model::truth(value);
}

std::string unique_step_name(std::map<std::string, std::int64_t>& used, std::string wanted) {
  wanted = wanted.substr(0, utf8_bytes(wanted, step_name_max));
  auto& times = used[wanted];
  if (times++ == 0)
    return wanted;
  auto suffix = "_" + std::to_string(times - 1);
  return wanted.substr(0, utf8_bytes(wanted, step_name_max - suffix.size())) + suffix;
}

result<void> running_step::render_arguments(const std::map<std::string, json>& builder_env,
                                            const renderer& render) {
  auto out = steps::step_defaults(definition.class_name);
  for (const auto& [key, value] : definition.arguments.get_object()) {
    auto name = std::string{key};
    bool later = name == "doStepIf" || name == "hideStepIf" || name == "extract_fn";
    auto done = later ? result<json>{value} : render(value);
    if (!done) {
      arguments = std::move(out);
      return done.error().in(name);
    }
    out[name] = std::move(*done);
  }
  boost::json::object env;
  for (const auto& [name, value] : builder_env) {
    auto done = render(value);
    if (!done) {
      arguments = std::move(out);
      return done.error().in("env of the builder");
    }
    env[name] = std::move(*done);
  }
  if (auto* own = out.if_contains("env"); own && own->is_object())
    for (const auto& [name, value] : own->get_object())
      env[name] = value;
  if (out.contains("env"))
    out["env"] = std::move(env);
  arguments = std::move(out);
  return {};
}

const json& running_step::argument(std::string_view name) const {
  static const json nothing;
  auto* found = arguments.is_object()
                    ? arguments.get_object().if_contains({name.data(), name.size()})
                    : nullptr;
  return found ? *found : nothing;
}

std::string running_step::text(std::string_view name) const {
  return joined(argument(name));
}

bool running_step::flag(std::string_view name, bool otherwise) const {
  return truth_of(argument(name), otherwise);
}

records::step_flags running_step::flags() const {
  return {flag("haltOnFailure", false),  flag("flunkOnFailure", true),
          flag("warnOnFailure", false),  flag("flunkOnWarnings", false),
          flag("warnOnWarnings", false), flag("alwaysRun", false)};
}

std::string running_step::lock_part() const {
  return fmt::format("step {}", record.number);
}

bool running_step::take_file(std::string_view token) {
  auto found =
      std::find_if(files.begin(), files.end(), [&](const auto& one) { return one.first == token; });
  if (found == files.end())
    return false;
  files.erase(found);
  return true;
}

result_code running_step::verdict(result_code results) const {
  if (lost)
    return result_code::retry;
  if (interrupted && results != result_code::retry && results != result_code::cancelled)
    return result_code::exception;
  return results;
}

std::string running_step::summary(result_code results) const {
  auto out = done_text;
  if (out.empty())
    out = text("descriptionDone");
  if (out.empty())
    out = text("description");
  if (out.empty())
    out = short_command(argument("command"));
  if (out.empty())
    out = "finished";
  if (auto more = text("descriptionSuffix"); !more.empty())
    out += " " + more;
  if (results != result_code::success)
    out += fmt::format(" ({})", names_of(results)[static_cast<std::size_t>(results)]);
  return out + suffix;
}

bool running_step::summarised(result_code results) const {
  const auto& policy = argument("updateBuildSummaryPolicy");
  if (policy.is_bool())
    return policy.get_bool();
  if (policy.is_array()) {
    for (const auto& one : policy.get_array())
      if (one.is_number() && one.to_number<int>() == static_cast<int>(results))
        return true;
    return false;
  }
  auto on = flags();
  return results == result_code::exception || results == result_code::retry
         || results == result_code::cancelled
         || (results == result_code::failure
             && (on.flunk_on_failure || on.halt_on_failure || on.warn_on_failure))
         || (results == result_code::warnings && (on.warn_on_warnings || on.flunk_on_warnings));
}

} // namespace troupe::botmaster
