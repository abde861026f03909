#include "actors/debug/record_views.hpp"

#include "runtime/log.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::debug {

using boost::json::array;
using boost::json::object;
using runtime::as_iso;
using storage::snapshot;

namespace {

json when(const std::optional<instant>& x) {
  return x ? json(boost::json::string{as_iso(*x)}) : json(nullptr);
}

json seconds_between(const std::optional<instant>& from, const std::optional<instant>& to) {
  return from && to ? to_json(span{*to - *from}) : json(nullptr);
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// Names by id, asked once per answer.
class name_book {
public:
  explicit name_book(const snapshot& from) {
    for (auto& one : storage::all_builders(from))
      builders_.emplace(one.id, std::move(one.name));
    for (auto& one : storage::all_workers(from))
      workers_.emplace(one.id, std::move(one.name));
  }
  json of(builder_id which) const { return look(builders_, which); }
  json of(worker_id which) const { return look(workers_, which); }

private:
  template <class Id>
  static json look(const std::map<Id, std::string>& names, Id which) {
    auto i = names.find(which);
    return i == names.end() ? json(nullptr) : to_json(i->second);
  }
  std::map<builder_id, std::string> builders_;
  std::map<worker_id, std::string> workers_;
};

json results_of(const std::optional<records::result_code>& results, bool complete) {
  if (results)
    return to_json(*results);
  return complete ? json(nullptr) : json("running");
}

object build_row(const records::build& x, const name_book& names) {
  object row;
  row["builder"] = names.of(x.builder);
  row["number"] = x.number;
  row["results"] = results_of(x.results, x.complete_at.has_value());
  row["init"] = when(x.started_at);
  row["seconds"] = seconds_between(x.started_at, x.complete_at);
  row["worker"] = names.of(x.worker);
  row["text"] = to_json(x.state_string);
  return row;
}

object step_view(const snapshot& from, const records::step& x) {
  object out;
  out["number"] = x.number;
  out["name"] = to_json(x.name);
  out["results"] = x.started_at ? results_of(x.results, x.complete_at.has_value()) : json(nullptr);
  out["seconds"] = seconds_between(x.started_at, x.complete_at);
  out["text"] = to_json(x.state_string);
  out["hidden"] = x.hidden;
  array logs;
  for (const auto& log : storage::logs_of_step(from, x.id))
    logs.push_back(object{{"name", to_json(log.name)},
                          {"slug", to_json(log.slug)},
                          {"lines", log.num_lines},
                          {"bytes", log.raw_bytes},
                          {"complete", log.complete}});
  out["logs"] = std::move(logs);
  return out;
}

} // namespace

json workers_view(const snapshot& from, const std::set<std::string>& attached) {
  std::map<worker_id, std::int64_t> running;
  for (const auto& build : storage::incomplete_builds(from))
    running[build.worker]++;
  array out;
  for (const auto& one : storage::all_workers(from)) {
    auto version = one.info.find("version");
    object row;
    row["name"] = to_json(one.name);
    row["attached"] = attached.count(one.name) > 0;
    row["configured"] = !one.configured_on.empty();
    row["builds"] = running[one.id];
    row["paused"] = one.paused;
    row["graceful"] = one.graceful;
    row["version"] = version == one.info.end() ? json(nullptr) : version->second;
    row["last_connected"] = when(one.last_connected);
    out.push_back(std::move(row));
  }
  return out;
}

json builders_view(const snapshot& from) {
  std::map<builder_id, std::int64_t> waiting, running;
  for (const auto& request : storage::open_requests(from))
    if (!request.claimed_at)
      waiting[request.builder]++;
  for (const auto& build : storage::incomplete_builds(from))
    running[build.builder]++;
  array out;
  for (const auto& one : storage::all_builders(from)) {
    auto last = storage::builds_of_builder(from, one.id, 1);
    object row;
    row["name"] = to_json(one.name);
    row["configured"] = !one.masters.empty();
    row["waiting"] = waiting[one.id];
    row["running"] = running[one.id];
    row["builds"] = last.empty() ? 0 : last.front().number;
    row["last"] = last.empty()
                      ? json(nullptr)
                      : results_of(last.front().results, last.front().complete_at.has_value());
    row["tags"] = to_json(one.tags);
    out.push_back(std::move(row));
  }
  return out;
}

json changes_view(const snapshot& from, std::size_t limit) {
  array out;
  for (const auto& one : storage::newest_changes(from, limit)) {
    object row;
    row["id"] = one.id.value;
    row["when"] = when(one.when);
    row["author"] = to_json(one.author);
    row["branch"] = to_json(one.branch);
    row["revision"] = to_json(one.revision);
    row["project"] = to_json(one.project);
    row["files"] = static_cast<std::int64_t>(one.files.size());
    row["comments"] = to_json(first_line(one.comments));
    out.push_back(std::move(row));
  }
  return out;
}

json builds_view(const snapshot& from, builder_id builder, std::size_t limit) {
  name_book names{from};
  array out;
  for (const auto& one : builder ? storage::builds_of_builder(from, builder, limit)
                                 : storage::newest_builds(from, limit))
    out.push_back(build_row(one, names));
  return out;
}

json requests_view(const snapshot& from, const std::map<buildrequest_id, std::string>& why_not) {
  name_book names{from};
  array out;
  for (const auto& one : storage::open_requests(from)) {
    auto set = storage::find_buildset(from, one.buildset);
    object row;
    row["id"] = one.id.value;
    row["builder"] = names.of(one.builder);
    row["priority"] = one.priority;
    row["submitted"] = when(one.submitted_at);
    row["claimed"] = when(one.claimed_at);
    row["scheduler"] = set ? to_json(set->scheduler) : json(nullptr);
    row["reason"] = set ? to_json(set->reason) : json(nullptr);
    auto why = why_not.find(one.id);
    row["why_not"] = why == why_not.end() ? json(nullptr) : to_json(why->second);
    out.push_back(std::move(row));
    if (out.size() >= static_cast<std::size_t>(rows_max))
      break;
  }
  return out;
}

json build_view(const snapshot& from, const records::build& build) {
  name_book names{from};
  auto out = build_row(build, names);
  out["complete"] = when(build.complete_at);
  out["request"] = build.request.value;
  auto request = storage::find_buildrequest(from, build.request);
  auto set = request ? storage::find_buildset(from, request->buildset) : std::nullopt;
  out["reason"] = set ? to_json(set->reason) : json(nullptr);
  array stamps;
  if (set)
    for (auto which : set->sourcestamps)
      if (auto stamp = storage::find_sourcestamp(from, which))
        stamps.push_back(object{{"codebase", to_json(stamp->codebase)},
                                {"repository", to_json(stamp->repository)},
                                {"branch", to_json(stamp->branch)},
                                {"revision", to_json(stamp->revision)}});
  out["sourcestamps"] = std::move(stamps);
  object properties;
  for (const auto& [name, one] : build.properties)
    properties.emplace(name, one.value);
  out["properties"] = std::move(properties);
  array steps;
  for (const auto& step : storage::steps_of_build(from, build.id))
    steps.push_back(step_view(from, step));
  out["steps"] = std::move(steps);
  return out;
}

} // namespace troupe::debug
