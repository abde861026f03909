// What operators did, as the shell shows it.
#include "actors/data/columns.hpp"
#include "actors/data/views.hpp"

namespace troupe::data {

using boost::json::array;
using boost::json::object;
using storage::snapshot;

json reconfigurations_view(const snapshot& from, std::size_t limit) {
  reading of{from};
  auto milliseconds = [](const row& one, std::string_view field) {
    return static_cast<double>(std::get<span>(one[field]).count()) / 1000;
  };
  array out;
  for (const auto& one : rows_of(of, "reconfigurations", newest(limit, "id"))) {
    object shown;
    add(shown, one, {{"id", "id"}, {"when", "began"}, {"who", "who"}, {"outcome", "outcome"}});
    shown["switched_ms"] = milliseconds(one, "switched");
    shown["took_ms"] = milliseconds(one, "took");
    add(shown, one, {{"before", "before"}, {"after", "after"}, {"kept", "kept"}});
    array changes;
    auto planned = content(one, "changes");
    for (const auto& change : planned.as_array()) {
      auto text = fmt::format("{} {}", std::string_view{change.at("act").as_string()},
                              std::string_view{change.at("path").as_string()});
      std::string_view before = ": ";
      for (const auto& key : change.at("keys").as_array()) {
        text += fmt::format("{}{}", before, std::string_view{key.as_string()});
        before = ", ";
      }
      changes.push_back(to_json(text));
    }
    shown["changes"] = std::move(changes);
    add(shown, one, {{"left_out", "left_out"}, {"message", "message"}});
    out.push_back(std::move(shown));
  }
  return out;
}

json acts_view(const snapshot& from, std::size_t limit) {
  reading of{from};
  array out;
  for (const auto& one : rows_of(of, "acts", newest(limit, "id"))) {
    object shown;
    add(shown, one, {{"id", "id"}, {"when", "at"}, {"who", "who"}, {"command", "command"}});
    out.push_back(std::move(shown));
  }
  return out;
}

} // namespace troupe::data
