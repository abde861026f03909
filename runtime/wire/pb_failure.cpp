#include "runtime/wire/pb_failure.hpp"

#include <algorithm>

#include "runtime/wire/utf8.hpp"

namespace troupe::wire {

namespace {

constexpr std::string_view copied_failure = "twisted.spread.pb.CopyableFailure";

std::string text_of(const jelly& from, std::string_view key) {
  const auto* value = from.find(key);
  const auto* text = value != nullptr ? value->as_text() : nullptr;
  return text != nullptr ? *text : std::string{};
}

/// Words may quote what a peer sent, which need not be UTF-8; text on the wire must be.
jelly message(const std::string& raw) {
  return jelly::text(is_utf8(raw) ? raw : detail::text_for_json(raw).substr(0, 1000));
}

} // namespace

pb_error pb_error::of(std::string type, std::vector<std::string> bases, std::string message) {
  pb_error error{.type = type, .value = std::move(message), .traceback = {}, .parents = {}};
  error.parents.push_back(std::move(type));
  for (auto& base : bases)
    error.parents.push_back(std::move(base));
  for (const char* base : {"builtins.Exception", "builtins.BaseException", "builtins.object"})
    error.parents.emplace_back(base);
  return error;
}

pb_error pb_error::unauthorized_login() {
  return of("twisted.cred.error.UnauthorizedLogin",
            {"twisted.cred.error.LoginFailed", "twisted.cred.error.Unauthorized"}, "");
}

pb_error pb_error::unhandled_credentials() {
  return of("twisted.cred.error.UnhandledCredentials", {"twisted.cred.error.LoginFailed"},
            "No checker for twisted.cred.credentials.IAnonymous");
}

pb_error pb_error::duplicate_worker() {
  return of("builtins.RuntimeError", {}, "rejecting duplicate worker");
}

pb_error pb_error::no_such_method(std::string_view name) {
  return of("twisted.spread.flavors.NoSuchMethod", {"builtins.AttributeError"},
            "No such method: remote_" + std::string{name});
}

pb_error pb_error::attribute_error(std::string message) {
  return of("builtins.AttributeError", {}, std::move(message));
}

pb_error pb_error::invalid_object_id() {
  return of("twisted.spread.pb.Error", {}, "Invalid Object ID");
}

pb_error pb_error::type_error(std::string message) {
  return of("builtins.TypeError", {}, std::move(message));
}

bool pb_error::is_a(std::string_view type_or_base) const {
  return type == type_or_base
         || std::find(parents.begin(), parents.end(), type_or_base) != parents.end();
}

jelly to_jelly(const pb_error& error) {
  jelly::list_type parents;
  for (const auto& parent : error.parents)
    parents.push_back(message(parent));
  auto traceback = error.traceback.empty() ? "Traceback unavailable\n" : error.traceback;
  jelly state = jelly::dictionary();
  state.add("count", jelly::integer(0))
      .add("type", jelly::raw(error.type))
      .add("value", message(error.value))
      .add("captureVars", jelly::boolean(false))
      .add("frames", jelly::list())
      .add("stack", jelly::list())
      .add("tb", jelly::none())
      .add("parents", jelly::list(std::move(parents)))
      .add("pickled", jelly::integer(1))
      .add("unsafeTracebacks", jelly::boolean(false))
      .add("traceback", message(traceback));
  return jelly::instance(std::string{copied_failure}, std::move(state));
}

pb_error read_failure(const jelly& failure) {
  pb_error error;
  if (!failure.is(jelly_kind::instance)) {
    if (const auto* text = failure.as_text())
      error.value = *text;
    return error;
  }
  const auto& state = failure.state();
  error.type =
      failure.class_name() == copied_failure ? text_of(state, "type") : failure.class_name();
  error.value = text_of(state, "value");
  error.traceback = text_of(state, "traceback");
  if (const auto* parents = state.find("parents"))
    for (const auto& parent : parents->items())
      if (const auto* name = parent.as_text())
        error.parents.push_back(*name);
  return error;
}

} // namespace troupe::wire
