// What operators did, as the shell shows it, and what it does not show.
#include "actors/debug/record_views.hpp"
#include "runtime/log.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::debug {

namespace {

bool is_secret(std::string_view key) {
  return key == "password" || key == "passwd" || key == "secret" || key == "token";
}

} // namespace

json reconfigurations_view(const storage::snapshot& from, std::size_t limit) {
  boost::json::array out;
  for (const auto& one : storage::newest_reconfigurations(from, limit)) {
    boost::json::object row;
    row["id"] = one.id.value;
    row["when"] = to_json(runtime::as_iso(one.began));
    row["who"] = to_json(one.who);
    row["outcome"] = to_json(one.outcome);
    row["switched_ms"] = static_cast<double>(one.switched.count()) / 1000;
    row["took_ms"] = static_cast<double>(one.took.count()) / 1000;
    row["before"] = fmt::format("{:016x}", one.digest_before);
    row["after"] = fmt::format("{:016x}", one.digest_after);
    row["kept"] = one.kept;
    boost::json::array changes;
    for (const auto& change : one.changes)
      changes.push_back(
          to_json(fmt::format("{} {}{}{}", change.act, change.path, change.keys.empty() ? "" : ": ",
                              fmt::join(change.keys, ", "))));
    row["changes"] = std::move(changes);
    row["left_out"] = one.changes_left_out;
    row["message"] = to_json(one.message);
    out.push_back(std::move(row));
  }
  return out;
}

json acts_view(const storage::snapshot& from, std::size_t limit) {
  boost::json::array out;
  for (const auto& one : storage::newest_acts(from, limit))
    out.push_back(
        boost::json::object{{"id", one.id.value},
                            {"when", to_json(runtime::as_iso(one.at))},
                            {"who", to_json(one.who)},
                            {"command", to_json(fmt::format("{}", fmt::join(one.command, " ")))}});
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

} // namespace troupe::debug
