#include "actors/data/views.hpp"

#include "actors/data/columns.hpp"
#include "storage/records/results.hpp"

namespace troupe::data {

using boost::json::array;
using boost::json::object;
using storage::snapshot;

namespace {

query incomplete() {
  return {.filters = {{"complete", filter_operator::eq, {"false"}}}};
}

/// The rows of `path` by the number of something that they have.
std::map<std::int64_t, std::int64_t> counted(const std::vector<row>& rows, std::string_view field) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const auto& one : rows)
    counts[number(one, field)]++;
  return counts;
}

/// Names by number, read once per answer.
class name_book {
public:
  name_book(const reading& from, std::string_view path, std::string_view key) {
    for (const auto& one : rows_of(from, path))
      names_.emplace(number(one, key), shell_form(one["name"]));
  }
  json of(std::int64_t which) const {
    auto found = names_.find(which);
    return found == names_.end() ? json(nullptr) : found->second;
  }

private:
  std::map<std::int64_t, json> names_;
};

json seconds_of(const row& x) {
  auto began = x["started_at"], ended = x["complete_at"];
  const auto* from = std::get_if<instant>(&began);
  const auto* to = std::get_if<instant>(&ended);
  return from && to ? to_json(span{*to - *from}) : json(nullptr);
}

json results_of(const row& x) {
  if (!is_null(x["results"]))
    return to_json(static_cast<records::result_code>(number(x, "results")));
  return flag(x, "complete") ? json(nullptr) : json("running");
}

/// The names that rows of builds are shown with.
struct build_names {
  explicit build_names(const reading& from)
    : builders{from, "builders", "builderid"}, workers{from, "workers", "workerid"} {}
  name_book builders, workers;
};

object build_row(const row& x, const build_names& names) {
  object out;
  out["builder"] = names.builders.of(number(x, "builderid"));
  add(out, x, {{"number", "number"}});
  out["results"] = results_of(x);
  add(out, x, {{"init", "started_at"}});
  out["seconds"] = seconds_of(x);
  out["worker"] = names.workers.of(number(x, "workerid"));
  add(out, x, {{"text", "state_string"}});
  return out;
}

object step_view(const reading& from, const row& x) {
  object out;
  add(out, x, {{"number", "number"}, {"name", "name"}});
  out["results"] = is_null(x["started_at"]) ? json(nullptr) : results_of(x);
  out["seconds"] = seconds_of(x);
  add(out, x, {{"text", "state_string"}, {"hidden", "hidden"}});
  array all;
  for (const auto& log : rows_of(from, fmt::format("steps/{}/logs", number(x, "stepid")))) {
    object shown;
    add(shown, log,
        {{"name", "name"},
         {"slug", "slug"},
         {"lines", "num_lines"},
         {"bytes", "raw_bytes"},
         {"complete", "complete"}});
    all.push_back(std::move(shown));
  }
  out["logs"] = std::move(all);
  return out;
}

/// The row of that number, if there is one.
std::optional<row> find_row(const reading& from, std::string_view plural, std::int64_t key) {
  auto found = get(from, fmt::format("{}/{}", plural, key));
  return found ? std::optional{std::move(found->rows.front())} : std::nullopt;
}

} // namespace

json workers_view(const snapshot& from, const std::set<std::string>& attached) {
  reading of{from};
  auto running = counted(rows_of(of, "builds", incomplete()), "workerid");
  array out;
  for (const auto& one : rows_of(of, "workers")) {
    object shown;
    add(shown, one, {{"name", "name"}});
    shown["attached"] = attached.contains(std::get<std::string>(one["name"]));
    shown["configured"] = !content(one, "configured_on").as_array().empty();
    shown["builds"] = running[number(one, "workerid")];
    add(shown, one, {{"paused", "paused"}, {"graceful", "graceful"}});
    auto info = content(one, "workerinfo");
    auto* version = info.as_object().if_contains("version");
    shown["version"] = version ? *version : json(nullptr);
    add(shown, one, {{"last_connected", "last_connected"}});
    out.push_back(std::move(shown));
  }
  return out;
}

json builders_view(const snapshot& from) {
  reading of{from};
  auto open = incomplete();
  open.filters.push_back({"claimed", filter_operator::eq, {"false"}});
  auto waiting = counted(rows_of(of, "buildrequests", open), "builderid");
  auto running = counted(rows_of(of, "builds", incomplete()), "builderid");
  array out;
  for (const auto& one : rows_of(of, "builders")) {
    auto which = number(one, "builderid");
    auto last = rows_of(of, fmt::format("builders/{}/builds", which), newest(1, "buildid"));
    object shown;
    add(shown, one, {{"name", "name"}});
    shown["configured"] = !content(one, "masterids").as_array().empty();
    shown["waiting"] = waiting[which];
    shown["running"] = running[which];
    shown["builds"] = last.empty() ? 0 : number(last.front(), "number");
    shown["last"] = last.empty() ? json(nullptr) : results_of(last.front());
    add(shown, one, {{"tags", "tags"}});
    out.push_back(std::move(shown));
  }
  return out;
}

json changes_view(const snapshot& from, std::size_t limit) {
  reading of{from};
  array out;
  for (const auto& one : rows_of(of, "changes", newest(limit, "changeid"))) {
    object shown;
    add(shown, one,
        {{"id", "changeid"},
         {"when", "when_timestamp"},
         {"author", "author"},
         {"branch", "branch"},
         {"revision", "revision"},
         {"project", "project"}});
    shown["files"] = static_cast<std::int64_t>(content(one, "files").as_array().size());
    auto comments = std::get<std::string>(one["comments"]);
    shown["comments"] = to_json(comments.substr(0, comments.find('\n')));
    out.push_back(std::move(shown));
  }
  return out;
}

json builds_view(const snapshot& from, builder_id builder, std::size_t limit) {
  reading of{from};
  build_names names{of};
  auto path = builder ? fmt::format("builders/{}/builds", builder.value) : std::string{"builds"};
  array out;
  for (const auto& one : rows_of(of, path, newest(limit, "buildid")))
    out.push_back(build_row(one, names));
  return out;
}

json requests_view(const snapshot& from, const std::map<buildrequest_id, std::string>& why_not) {
  reading of{from};
  name_book builders{of, "builders", "builderid"};
  auto open = incomplete();
  open.order = {{"builderid", false}};
  open.limit = open_requests_shown;
  array out;
  for (const auto& one : rows_of(of, "buildrequests", open)) {
    auto set = find_row(of, "buildsets", number(one, "buildsetid"));
    object shown;
    add(shown, one, {{"id", "buildrequestid"}});
    shown["builder"] = builders.of(number(one, "builderid"));
    add(shown, one,
        {{"priority", "priority"}, {"submitted", "submitted_at"}, {"claimed", "claimed_at"}});
    shown["scheduler"] = set ? shell_form((*set)["scheduler"]) : json(nullptr);
    shown["reason"] = set ? shell_form((*set)["reason"]) : json(nullptr);
    auto why = why_not.find(buildrequest_id{number(one, "buildrequestid")});
    shown["why_not"] = why == why_not.end() ? json(nullptr) : to_json(why->second);
    out.push_back(std::move(shown));
  }
  return out;
}

json build_view(const snapshot& from, const records::build& build) {
  reading of{from, nullptr, {"*"}};
  auto path = fmt::format("builds/{}", build.id.value);
  auto found = rows_of(of, path);
  const auto& one = found.front();
  auto out = build_row(one, build_names{of});
  add(out, one, {{"complete", "complete_at"}, {"request", "buildrequestid"}});
  auto request = find_row(of, "buildrequests", number(one, "buildrequestid"));
  auto set = request ? find_row(of, "buildsets", number(*request, "buildsetid")) : std::nullopt;
  out["reason"] = set ? shell_form((*set)["reason"]) : json(nullptr);
  array stamps;
  auto known = set ? content(*set, "sourcestamps") : json(array{});
  for (const auto& stamp : known.as_array())
    stamps.push_back(object{{"codebase", stamp.at("codebase")},
                            {"repository", stamp.at("repository")},
                            {"branch", stamp.at("branch")},
                            {"revision", stamp.at("revision")}});
  out["sourcestamps"] = std::move(stamps);
  object properties;
  auto stored = content(one, "properties");
  for (const auto& property : stored.as_object())
    properties.emplace(property.key(), property.value().at(0));
  out["properties"] = std::move(properties);
  array steps;
  query by_number{.order = {{"number", false}}};
  for (const auto& step : rows_of(of, path + "/steps", by_number))
    steps.push_back(step_view(of, step));
  out["steps"] = std::move(steps);
  return out;
}

} // namespace troupe::data
