// Commands that look at the master as a whole.
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "actors/debug/health_view.hpp"
#include "actors/debug/record_views.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::debug {

namespace {

constexpr auto store_patience = std::chrono::seconds{2};
constexpr std::size_t rows_by_default = 20;

result<std::size_t> limit_of(const shell_call& call) {
  auto number =
      call.args.empty() ? std::optional<std::int64_t>{rows_by_default} : read_number(call.args[0]);
  if (!number || *number < 1 || *number > rows_max)
    return failure{errc::invalid,
                   fmt::format("{}: a number from 1 to {} expected", call.args[0], rows_max)};
  return static_cast<std::size_t>(*number);
}

} // namespace

outcome debug::summary(const shell_call&) {
  std::int64_t attached = 0, restarts = 0, waiting = 0;
  paths().each([&](std::size_t, const runtime::port& one) {
    attached += std::string_view{one.kind.load()} == "worker_connection";
    restarts += one.restarts.load();
    waiting += one.depth.load();
  });
  auto from = store().read();
  std::int64_t claimed = 0, unclaimed = 0; // a claimed request has a build, stored already or not
  for (const auto& one : storage::open_requests(from))
    ++(one.claimed_at ? claimed : unclaimed);
  auto [used, most] = store().itself().fill();
  auto root = paths().find("/");
  boost::json::object out;
  out["version"] = to_json(config().version);
  out["uptime_seconds"] =
      root ? to_json(span{now() - instant{span{root->since_us.load()}}}) : json(nullptr);
  out["services"] = static_cast<std::int64_t>(paths().cells());
  out["restarts"] = restarts;
  out["messages_waiting"] = waiting;
  out["workers_attached"] = attached;
  out["builds_running"] = claimed;
  out["requests_waiting"] = unclaimed;
  out["changes"] = storage::max_change_id(from).value;
  out["builds"] = storage::max_build_id(from).value;
  out["store_bytes"] = static_cast<std::int64_t>(used);
  out["store_bytes_max"] = static_cast<std::int64_t>(most);
  return std::optional{json(std::move(out))};
}

// -- the store ------------------------------------------------------------------------------------

/// Asks the writer of the store for its state, of which the answer to `command` is made; if it says
/// nothing in time, there is one all the same.
outcome debug::ask_writer(const shell_call& call, const char* command) {
  auto path = std::string{runtime::store_path};
  runtime::show_cell question;
  question.what = "state";
  question.token = ask(call, path, store_patience, command);
  control(path, std::move(question));
  return std::optional<json>{};
}

json debug::database_view(const json& writer) {
  auto [used, most] = store().itself().fill();
  auto [readers, readers_most] = store().itself().readers();
  boost::json::object out;
  out["bytes_used"] = used;
  out["bytes_max"] = most;
  out["readers"] = readers;
  out["readers_max"] = readers_most;
  if (const auto* known = writer.if_object()) {
    for (auto key : {"commits", "transactions", "refusals", "slowest_commit_us", "trouble"})
      out[key] = known->at(key);
    std::vector<std::int64_t> recent;
    for (const auto& one : known->at("recent_commits_us").as_array())
      recent.push_back(one.to_number<std::int64_t>());
    std::sort(recent.begin(), recent.end());
    auto at = [&](double part) {
      auto place = static_cast<std::size_t>(part * static_cast<double>(recent.size() - 1));
      return recent.empty() ? json(nullptr) : json(recent[place]);
    };
    out["commit_us_p50"] = at(0.5);
    out["commit_us_p99"] = at(0.99);
  }
  boost::json::array tables;
  for (const auto& one : store().itself().table_sizes())
    tables.push_back(boost::json::object{
        {"table", to_json(std::string{one.name})}, {"entries", one.entries}, {"bytes", one.bytes}});
  out["log_periods"] = to_json(store().itself().logs().periods());
  out["tables"] = std::move(tables);
  return out;
}

// -- how it is ------------------------------------------------------------------------------------

json debug::health_now(const json& writer) {
  health_facts facts;
  facts.stuck = stuck();
  facts.failures = failures();
  facts.now = now();
  paths().each([&](std::size_t, const runtime::port& one) { facts.look_at(one); });
  std::tie(facts.store_bytes, facts.store_bytes_max) = store().itself().fill();
  if (const auto* known = writer.if_object()) {
    facts.store_answers = true;
    facts.store_trouble = std::string{known->at("trouble").as_string()};
  }
  if (recorder())
    facts.journal = recorder()->view();
  auto last = storage::newest_reconfigurations(store().read(), 1);
  if (!last.empty())
    facts.last_reconfiguration = last.front();
  return health_view(facts);
}

// -- connections, and what was done ---------------------------------------------------------------

outcome debug::connections(const shell_call& call) {
  auto token = ask(call, std::string{io::rim_path}, store_patience);
  send(address_of(io::rim_path), io::list_connections{token, me()});
  return std::optional<json>{};
}

void debug::on(const io::connections_listed& news) {
  boost::json::object out;
  out["listeners"] = to_json(news.listeners);
  out["connections"] = to_json(news.connections);
  conclude(news.token, json(std::move(out)));
}

outcome debug::reconfigs(const shell_call& call) {
  auto limit = limit_of(call);
  if (!limit)
    return limit.error();
  return std::optional{reconfigurations_view(store().read(), *limit)};
}

outcome debug::acts(const shell_call& call) {
  auto limit = limit_of(call);
  if (!limit)
    return limit.error();
  return std::optional{acts_view(store().read(), *limit)};
}

} // namespace troupe::debug
