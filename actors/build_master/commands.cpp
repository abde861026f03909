#include "actors/build_master/commands.hpp"

#include "actors/build_master/health_view.hpp"
#include "runtime/journal/recorder.hpp"
#include "runtime/mail/control.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::master {

using shell::call;
using shell::category;
using shell::outcome;

namespace {

constexpr auto writer_patience = std::chrono::seconds{2};

outcome summary(call& by) {
  std::int64_t attached = 0, restarts = 0, waiting = 0;
  by.paths().each([&](std::size_t, const runtime::port& one) {
    attached += std::string_view{one.kind.load()} == "worker_connection";
    restarts += one.restarts.load();
    waiting += one.depth.load();
  });
  auto from = by.read();
  std::int64_t claimed = 0, unclaimed = 0; // a claimed request has a build, stored already or not
  for (const auto& one : storage::open_requests(from))
    ++(one.claimed_at ? claimed : unclaimed);
  auto [used, most] = by.store().itself().fill();
  auto root = by.paths().find("/");
  boost::json::object out;
  out["version"] = to_json(by.around.version);
  out["uptime_seconds"] =
      root ? to_json(span{by.now() - instant{span{root->since_us.load()}}}) : json(nullptr);
  out["services"] = static_cast<std::int64_t>(by.paths().cells());
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

// -- how it is ------------------------------------------------------------------------------------

json health_now(const call& by, const json& writer) {
  health_facts facts;
  facts.stuck = by.cell.stuck();
  facts.failures = by.cell.failures();
  facts.now = by.now();
  by.paths().each([&](std::size_t, const runtime::port& one) { facts.look_at(one); });
  std::tie(facts.store_bytes, facts.store_bytes_max) = by.store().itself().fill();
  if (const auto* known = writer.if_object()) {
    facts.store_answers = true;
    facts.store_trouble = std::string{known->at("trouble").as_string()};
  }
  if (auto* to = by.cell.recorder())
    facts.journal = to->view();
  auto last = storage::newest_reconfigurations(by.read(), 1);
  if (!last.empty())
    facts.last_reconfiguration = last.front();
  return health_view(facts);
}

// The writer of the store is asked for its trouble; that it says nothing is one.
outcome health(call& by) {
  return shell::ask_cell(by, std::string{runtime::store_path}, "state", writer_patience);
}

outcome writer_told(call& by, const runtime::any_message& message) {
  const auto* answer = message.as<runtime::cell_answer>();
  return std::optional{health_now(by, answer ? answer->content : json(nullptr))};
}

outcome writer_silent(call& by) {
  return std::optional{health_now(by, nullptr)};
}

// -- its end --------------------------------------------------------------------------------------

// Answered at once: the end may overtake the root's answer.
outcome shutdown(call& by) {
  bool clean = !by.args.empty();
  if (clean && by.args[0] != "--clean")
    return failure{errc::invalid, "usage: shutdown [--clean]"};
  by.cell.log(runtime::level::info, fmt::format("{} asks the master to end{}", by.who,
                                                clean ? " when its builds have" : ""));
  by.send("/", stop_master{clean, {}, by.cell.me()});
  return std::optional{json("done")};
}

} // namespace

const shell::command_table& commands() {
  static const shell::command_table table{
      {"status", "", "how the master is, in a few numbers", "status", category::overview, 0, 0,
       summary},
      {"health", "", "green, yellow or red, and why", "health", category::overview, 0, 0, health,
       false, writer_told, writer_silent},
      {"shutdown", "[--clean]", "ends the master; clean: after running builds", "shutdown --clean",
       category::master, 0, 1, shutdown, true},
  };
  return table;
}

} // namespace troupe::master
