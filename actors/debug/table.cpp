// The table of the shell's commands.
#include "actors/debug/debug.hpp"
#include "storage/store.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::debug {

namespace {

constexpr std::size_t many = 1000;
constexpr bool writes = true;

json command_view(const shell_command& x) {
  auto text = [](std::string_view message) { return to_json(std::string{message}); };
  boost::json::object out;
  out["name"] = text(x.name);
  out["usage"] = text(x.usage);
  out["about"] = text(x.about);
  out["example"] = text(x.example);
  out["writes"] = x.writes;
  return out;
}

} // namespace

const std::vector<shell_command>& debug::commands() {
  static const std::vector<shell_command> table{
      {"help", "[COMMAND]", "what there is", "help log", 0, 1, &debug::help},
      {"status", "", "how the master is, in a few numbers", "status", 0, 0, &debug::summary},
      {"health", "", "green, yellow or red, and why", "health", 0, 0, &debug::health},
      {"tree", "[PATH] [--depth N] [--limit N] [--from PATH]",
       "the services, with state, restarts and mailbox", "tree /botmaster --depth 1", 0, 7,
       &debug::tree},
      {"ls", "[PATH]", "what is right below a service", "ls /botmaster/builders", 0, 1,
       &debug::list},
      {"info", "PATH", "how a service is run: policy, patience, timers", "info /db", 1, 1,
       &debug::info},
      {"state", "PATH", "everything a service knows", "state /change_svc", 1, 1, &debug::state_of},
      {"config", "PATH|diff", "what a service was configured with; what a reconfig would change",
       "config /botmaster/brd", 1, 1, &debug::config_of},
      {"hears", "PATH", "the messages a service takes", "hears /botmaster/brd", 1, 1,
       &debug::hears_of},
      {"mailbox", "PATH [N]", "what waits to be taken", "mailbox /db 10", 1, 2, &debug::mailbox},
      {"links", "PATH", "who talks to a service and whom it talks to, counted", "links /db", 1, 1,
       &debug::links},
      {"crashes", "PATH", "how a service, and what was below it, failed of late",
       "crashes /workers", 1, 1, &debug::crashes},
      {"restarts", "[N]", "the last failures of all services", "restarts 20", 0, 1,
       &debug::restarts},
      {"top", "[mailbox|messages|time|memory|restarts] [--seconds N] [--rows N]",
       "the busiest services over a window", "top time --seconds 5", 0, 5, &debug::top},
      {"trace", "PATH|TYPE [where FIELD=VALUE] [max N] [in SECONDS]",
       "messages as they are taken, for a while", "trace /botmaster/brd max 20 in 60", 1, 7,
       &debug::trace},
      {"workers", "", "all workers, attached or not", "workers", 0, 0, &debug::workers},
      {"builders", "", "all builders with what waits and runs", "builders", 0, 0, &debug::builders},
      {"changes", "[N]", "the newest changes", "changes 5", 0, 1, &debug::changes},
      {"builds", "[BUILDER] [N]", "the newest builds", "builds linux 5", 0, 2, &debug::builds},
      {"build", "BUILDER NUMBER", "a build with its steps and logs", "build linux last", 1, 2,
       &debug::build},
      {"requests", "", "open build requests, and why they wait", "requests", 0, 0,
       &debug::requests},
      {"why", "REQUEST|BUILDER/NUMBER|WORKER|SCHEDULER",
       "why something does not start or end (worker w1, if a name is ambiguous)", "why linux/last",
       1, 2, &debug::why},
      {"watch", "[PREFIX]", "what happens, until you leave", "watch builds/", 0, 1, &debug::watch},
      {"log", "BUILDER/NUMBER STEP [LOG] [--follow]", "the content of a log",
       "log linux/last compile --follow", 2, 4, &debug::log_of},
      {"db", "", "the store: fill, readers, commits, tables", "db", 0, 0, &debug::database},
      {"conns", "", "what is connected, and what went through it", "conns", 0, 0,
       &debug::connections},
      {"reconfigs", "[N]", "the last reconfigurations: who, when, what, and how it went",
       "reconfigs 5", 0, 1, &debug::reconfigs},
      {"acts", "[N]", "what was changed from shells, and by whom", "acts 20", 0, 1, &debug::acts},
      {"journal", "", "what is recorded of the messages: segments, span, rate, losses", "journal",
       0, 0, &debug::journal},
      {"at", "TIME state PATH", "the state of a service as it was, from the journal",
       "at 5m state /botmaster/brd", 3, 3, &debug::at_time},
      {"cause", "RECORD|PATH TYPE", "what led to a message, and what it led to, from the journal",
       "cause /botmaster/brd botmaster::add_buildset", 1, 2, &debug::cause},
      {"record", "begin NAME|end", "records into a new ring for an investigation",
       "record begin lost-builds", 1, 2, &debug::record_ring, writes},
      {"force", "SCHEDULER [BUILDER…] [NAME=VALUE…]", "builds on demand",
       "force force linux reason=again", 1, many, &debug::force, writes},
      {"stop", "BUILDER/NUMBER [REASON]", "stops a build", "stop linux/7 'wrong branch'", 1, 2,
       &debug::stop, writes},
      {"cancel", "REQUEST [REASON]", "cancels a build request", "cancel 12", 1, 2, &debug::cancel,
       writes},
      {"worker", "NAME pause|unpause|stop|kill [REASON]",
       "stop is graceful: it ends when its builds have", "worker w1 pause 'new disk'", 2, 3,
       &debug::worker, writes},
      {"suspend", "PATH", "lets the messages of a service wait", "suspend /change_svc", 1, 1,
       &debug::suspend, writes},
      {"resume", "PATH", "lets a suspended service go on", "resume /change_svc", 1, 1,
       &debug::resume, writes},
      {"restart", "PATH", "builds a service anew from what is stored", "restart /db", 1, 1,
       &debug::restart, writes},
      {"swap", "PATH", "puts a fresh service in its place, which takes the state over",
       "swap /botmaster/brd", 1, 1, &debug::swap, writes},
      {"crash", "PATH [REASON]", "makes a service fail", "crash /botmaster/brd", 1, 2,
       &debug::crash, writes},
      {"send", "PATH MESSAGE [{FIELDS}]", "says something to a service, as if from outside",
       "send /botmaster/brd botmaster::hold_builds {\"hold\": true}", 2, many, &debug::send_message,
       writes},
      {"reconfig", "[--dry-run] [--settle SECONDS]",
       "loads the configuration and applies what changed", "reconfig --dry-run", 0, 3,
       &debug::reconfig, writes},
      {"shutdown", "[--clean]", "ends the master; clean: after running builds", "shutdown --clean",
       0, 1, &debug::shutdown, writes},
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

// What only programs say to each other has no example.
outcome debug::help(const shell_call& call) {
  boost::json::array out;
  for (const auto& one : commands())
    if (call.args.empty() ? !one.example.empty() : one.name == call.args[0])
      out.push_back(command_view(one));
  if (out.empty())
    return failure{errc::not_found, "no such command: " + call.args[0]};
  return std::optional{json(std::move(out))};
}

/// Who changed what, for good.
void debug::record(const shell_command& command, const shell_call& call) {
  if (command.name == "reconfig" && call.args == std::vector<std::string>{"--dry-run"})
    return;
  if (!state().next_act)
    state().next_act = act_id{storage::max_act_id(store().read()).value + 1};
  records::act done;
  done.id = state().next_act++;
  done.at = now();
  done.who = state().peers[call.connection].name;
  done.command.emplace_back(command.name);
  for (const auto& word : call.args)
    done.command.push_back(word);
  log(runtime::level::info, "{} said: {}", done.who, fmt::join(done.command, " "));
  runtime::transaction work;
  work.work.put(done);
  if (done.id.value > records::operations_kept)
    work.work.erase<records::act>({act_id{done.id.value - records::operations_kept}});
  commit(std::move(work));
}

} // namespace troupe::debug
