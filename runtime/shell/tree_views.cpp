#include "runtime/shell/tree_views.hpp"

namespace troupe::shell {

namespace {

bool is_secret(std::string_view key) {
  return key == "password" || key == "passwd" || key == "secret" || key == "token";
}

} // namespace

json tree_view(const runtime::directory::page& page, instant now) {
  boost::json::array rows;
  for (const auto& port : page.ports) {
    auto one = runtime::describe_port(*port);
    boost::json::object row;
    row["path"] = to_json(one.path);
    row["kind"] = to_json(one.kind);
    row["state"] = to_json(one.phase);
    row["restarts"] = one.restarts;
    row["swaps"] = one.swaps;
    row["mailbox"] = one.depth;
    row["taken"] = one.taken;
    row["age_seconds"] = one.since == instant{} ? json(nullptr) : json(in_seconds(now - one.since));
    rows.push_back(std::move(row));
  }
  boost::json::object out;
  out["services"] = std::move(rows);
  out["next"] = page.next.empty() ? json(nullptr) : to_json(page.next);
  return out;
}

json hears_view(const runtime::service_kind& kind) {
  boost::json::array out;
  for (const auto& one : kind.hears) {
    boost::json::object row;
    row["message"] = to_json(std::string{one.codec.tag->name});
    if (auto plain = one.codec.decode({})) // with every field at its default
      row["fields"] = show_value(*one.codec.ops, plain->content());
    out.push_back(std::move(row));
  }
  return out;
}

json without_secrets(json from) {
  if (auto* parts = from.if_object()) {
    for (auto& [key, value] : *parts)
      value = is_secret({key.data(), key.size()}) && !value.is_null()
                  ? json("(secret)")
                  : without_secrets(std::move(value));
  } else if (auto* list = from.if_array()) {
    for (auto& one : *list)
      one = without_secrets(std::move(one));
  }
  return from;
}

} // namespace troupe::shell
