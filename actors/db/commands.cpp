#include "actors/db/commands.hpp"

#include "runtime/mail/control.hpp"
#include "storage/store.hpp"

namespace troupe::db {

namespace {

constexpr auto writer_patience = std::chrono::seconds{2};

/// `writer` is the state of the service that commits, or null if it did not tell.
json database_view(storage::store& of, const json& writer) {
  auto [used, most] = of.fill();
  auto [readers, readers_most] = of.readers();
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
  for (const auto& one : of.table_sizes())
    tables.push_back(boost::json::object{
        {"table", to_json(std::string{one.name})}, {"entries", one.entries}, {"bytes", one.bytes}});
  out["log_periods"] = to_json(of.logs().periods());
  out["tables"] = std::move(tables);
  return out;
}

// The writer is asked for its state; if it says nothing in time, there is an answer all the same.
shell::outcome show_database(shell::call& by) {
  return shell::ask_cell(by, std::string{runtime::store_path}, "state", writer_patience);
}

shell::outcome told(shell::call& by, const runtime::any_message& message) {
  const auto* answer = message.as<runtime::cell_answer>();
  return std::optional{
      database_view(by.store().itself(), answer ? answer->content : json(nullptr))};
}

shell::outcome silent(shell::call& by) {
  return std::optional{database_view(by.store().itself(), nullptr)};
}

} // namespace

const shell::command_table& commands() {
  static const shell::command_table table{
      {"db", "", "the store: fill, readers, commits, tables", "db", shell::category::operation, 0,
       0, show_database, false, told, silent},
  };
  return table;
}

} // namespace troupe::db
