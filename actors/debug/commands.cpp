// The table of commands, and those that only read.
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "actors/debug/tree_views.hpp"
#include "actors/workers/connection.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::debug {

namespace {

constexpr auto cell_patience = std::chrono::seconds{5};
/// `top` looks twice, this far apart.
constexpr auto top_window = std::chrono::seconds{1};
constexpr std::size_t rows_by_default = 20;
constexpr std::size_t many = 1000;

result<std::size_t> row_limit(const std::string& word) {
  auto number = read_number(word);
  if (!number || *number < 1 || *number > rows_max)
    return failure{errc::invalid,
                   fmt::format("{}: a number from 1 to {} expected", word, rows_max)};
  return static_cast<std::size_t>(*number);
}

json command_view(const shell_command& x) {
  auto text = [](std::string_view words) { return to_json(std::string{words}); };
  boost::json::object out;
  out["name"] = text(x.name);
  out["usage"] = text(x.usage);
  out["about"] = text(x.about);
  out["example"] = text(x.example);
  return out;
}

} // namespace

const std::vector<shell_command>& debug::commands() {
  static const std::vector<shell_command> table{
    {"help", "[COMMAND]", "what there is", "help log", 0, 1, &debug::help},
    {"status", "", "how the master is, in a few numbers", "status", 0, 0, &debug::summary},
    {"tree", "[PATH]", "the services, with state, restarts and mailbox", "tree /botmaster", 0, 1,
     &debug::tree},
    {"info", "PATH", "how a service is run: policy, patience, timers", "info /db", 1, 1,
     &debug::info},
    {"state", "PATH", "everything a service knows", "state /change_svc", 1, 1, &debug::state_of},
    {"config", "PATH", "what a service was configured with", "config /pbmanager", 1, 1,
     &debug::config_of},
    {"hears", "PATH", "the messages a service takes", "hears /botmaster/brd", 1, 1,
     &debug::hears_of},
    {"mailbox", "PATH", "what waits while a service is away", "mailbox /db", 1, 1,
     &debug::mailbox},
    {"crashes", "PATH", "how a service failed of late", "crashes /workers", 1, 1, &debug::crashes},
    {"top", "[mailbox|messages|time|restarts]", "the busiest services over a second", "top time",
     0, 1, &debug::top},
    {"workers", "", "all workers, attached or not", "workers", 0, 0, &debug::workers},
    {"builders", "", "all builders with what waits and runs", "builders", 0, 0, &debug::builders},
    {"changes", "[N]", "the newest changes", "changes 5", 0, 1, &debug::changes},
    {"builds", "[BUILDER] [N]", "the newest builds", "builds linux 5", 0, 2, &debug::builds},
    {"build", "BUILDER NUMBER", "a build with its steps and logs", "build linux last", 1, 2,
     &debug::build},
    {"requests", "", "open build requests, and why they wait", "requests", 0, 0,
     &debug::requests},
    {"why", "REQUEST|BUILDER/NUMBER|WORKER|SCHEDULER",
     "why something does not start or end (worker w1, if a name is ambiguous)",
     "why linux/last", 1, 2, &debug::why},
    {"watch", "[PREFIX]", "what happens, until you leave", "watch builds/", 0, 1, &debug::watch},
    {"log", "BUILDER/NUMBER STEP [LOG] [--follow]", "the content of a log",
     "log linux/last compile --follow", 2, 4, &debug::log_of},
    {"force", "SCHEDULER [BUILDER…] [NAME=VALUE…]", "builds on demand",
     "force force linux reason=again", 1, many, &debug::force},
    {"stop", "BUILDER/NUMBER [REASON]", "stops a build", "stop linux/7 'wrong branch'", 1, 2,
     &debug::stop},
    {"cancel", "REQUEST [REASON]", "cancels a build request", "cancel 12", 1, 2, &debug::cancel},
    {"worker", "NAME pause|unpause|stop|kill [REASON]",
     "stop is graceful: it ends when its builds have", "worker w1 pause 'new disk'", 2, 3,
     &debug::worker},
    {"crash", "PATH [REASON]", "makes a service fail", "crash /botmaster/brd", 1, 2,
     &debug::crash},
    {"restart", "PATH", "builds a service anew from what is stored", "restart /db", 1, 1,
     &debug::restart},
    {"reconfig", "[--dry-run]", "loads the configuration and applies what changed",
     "reconfig --dry-run", 0, 1, &debug::reconfig},
    {"shutdown", "[--clean]", "ends the master; clean: after running builds", "shutdown --clean",
     0, 1, &debug::shutdown},
    {"more", "", "another page of the answer with this id", "", 0, 0, &debug::more},
    {"end", "", "no more of the answer with this id", "", 0, 0, &debug::end},
  };
  return table;
}

const shell_command* debug::find_command(std::string_view name) {
  for (const auto& one : commands())
    if (one.name == name)
      return &one;
  return nullptr;
}

outcome debug::help(const shell_call& call) {
  boost::json::array out;
  for (const auto& one : commands())
    if (call.args.empty() ? !one.example.empty() : one.name == call.args[0])
      out.push_back(command_view(one));
  if (out.empty())
    return failure{errc::not_found, "no such command: " + call.args[0]};
  return std::optional{json(std::move(out))};
}

outcome debug::tree(const shell_call& call) {
  auto nodes = listing();
  std::string top = call.args.empty() ? "/" : call.args[0];
  if (!find_node(nodes, top))
    return no_such_path(nodes, top);
  return std::optional{tree_view(nodes, top, now())};
}

outcome debug::hears_of(const shell_call& call) {
  auto nodes = listing();
  auto* found = find_node(nodes, call.args[0]);
  if (!found)
    return no_such_path(nodes, call.args[0]);
  auto* its_kind = kinds().find(found->kind);
  if (!its_kind)
    return failure{errc::not_found, call.args[0] + " holds no service of a known kind"};
  return std::optional{hears_view(*its_kind)};
}

outcome debug::show(const shell_call& call, const char* what) {
  auto nodes = listing();
  if (!find_node(nodes, call.args[0]))
    return no_such_path(nodes, call.args[0]);
  auto token = ask(call, call.args[0], cell_patience);
  control(call.args[0], runtime::show_cell{what, token});
  return std::optional<json>{};
}

// A cell that was gone when the command arrived is answered for by ours, which knows no token.
void debug::on(const runtime::cell_answer& answer) {
  auto token = answer.token;
  for (const auto& [one, asked] : state().questions)
    if (token.empty() && asked.path == answer.path)
      token = one;
  if (answer.ok)
    conclude(token, answer.content);
  else
    conclude(token, failure{errc::refused, answer.words});
}

outcome debug::top(const shell_call& call) {
  std::string order = call.args.empty() ? "time" : call.args[0];
  if (!is_top_order(order))
    return failure{errc::invalid, order + ": mailbox, messages, time or restarts expected"};
  auto token = fmt::format("top:{}", state().next_token++);
  state().samples.emplace(token, sample{call.connection, call.id, order, now(), listing()});
  remind(token, top_window, sample_due{token});
  return std::optional<json>{};
}

void debug::on(const sample_due& due) {
  auto found = state().samples.extract(due.token);
  if (found.empty())
    return;
  const auto& one = found.mapped();
  auto view = top_view(one.before, listing(), one.order, now() - one.taken_at);
  reply(one.connection, answer_line(one.id, view));
}

outcome debug::summary(const shell_call&) {
  auto nodes = listing();
  std::int64_t attached = 0, restarts = 0, waiting = 0;
  for (const auto& one : nodes) {
    attached += one.kind == "worker_connection";
    restarts += one.restarts;
    waiting += one.depth;
  }
  auto from = store().read();
  std::int64_t claimed = 0, unclaimed = 0; // a claimed request has a build, stored already or not
  for (const auto& one : storage::open_requests(from))
    ++(one.claimed_at ? claimed : unclaimed);
  auto [used, most] = store().fill();
  boost::json::object out;
  out["version"] = to_json(config().version);
  out["uptime_seconds"] = nodes.empty() ? json(nullptr) : to_json(span{now() - nodes[0].since});
  out["services"] = static_cast<std::int64_t>(nodes.size());
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

// -- what is stored ------------------------------------------------------------------------------

outcome debug::workers(const shell_call&) {
  constexpr std::string_view parent = "/workers/";
  std::set<std::string> attached;
  for (const auto& one : listing())
    if (one.path.substr(0, parent.size()) == parent)
      attached.insert(workers::worker_of_connection(one.path.substr(parent.size())));
  return std::optional{workers_view(store().read(), attached)};
}

outcome debug::builders(const shell_call&) {
  return std::optional{builders_view(store().read())};
}

outcome debug::changes(const shell_call& call) {
  auto limit = call.args.empty() ? result<std::size_t>{rows_by_default} : row_limit(call.args[0]);
  if (!limit)
    return limit.error();
  return std::optional{changes_view(store().read(), *limit)};
}

// A single word is a builder if there is one of that name, however much it looks like a number.
outcome debug::builds(const shell_call& call) {
  auto from = store().read();
  builder_id which;
  result<std::size_t> limit{rows_by_default};
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    auto found = i == 0 ? find_named_builder(from, call.args[0])
                        : result<records::builder>{failure{errc::not_found, {}}};
    if (found)
      which = found->id;
    else if (i + 1 == call.args.size() && read_number(call.args[i]))
      limit = row_limit(call.args[i]);
    else
      return i == 0 ? found.error() : row_limit(call.args[i]).error();
  }
  if (!limit)
    return limit.error();
  return std::optional{builds_view(from, which, *limit)};
}

outcome debug::build(const shell_call& call) {
  auto from = store().read();
  auto found = call.args.size() == 2 ? find_named_build(from, call.args[0], call.args[1])
                                     : find_named_build(from, call.args[0]);
  if (!found)
    return found.error();
  return std::optional{build_view(from, *found)};
}

// The distributor knows why they wait; without one there is still what is stored.
outcome debug::requests(const shell_call& call) {
  auto path = std::string{botmaster::brd_path};
  if (!is_there(path))
    return std::optional{requests_view(store().read(), {})};
  auto token = ask(call, path, cell_patience);
  tell(at(path), botmaster::explain_requests{token, me()});
  return std::optional<json>{};
}

void debug::on(const botmaster::requests_explained& news) {
  if (state().questions.contains(news.token))
    conclude(news.token, requests_view(store().read(), news.why_not));
}

} // namespace troupe::debug
