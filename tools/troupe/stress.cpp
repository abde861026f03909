// `troupe replay --copies N` and `--against DIR`: a recorded journal as a stress test.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include <fmt/format.h>

#include "actors/config/lua/loader.hpp"
#include "actors/master/ports.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "tools/players/live.hpp"
#include "tools/players/stress.hpp"
#include "tools/sim/scratch_folder.hpp"
#include "tools/troupe/replay_journal.hpp"
#include "tools/troupe/shell_client.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace {

using clock = std::chrono::steady_clock;

/// How far it is, on a terminal, now and then.
class progress_line {
public:
  void show(std::size_t played, std::size_t all) {
    auto now = clock::now();
    if (!terminal_ || now - shown_ < std::chrono::seconds{1})
      return;
    shown_ = now;
    any_ = true;
    fmt::print(stderr, "\rplaying: {} of {} recorded events  ", played, all);
  }
  ~progress_line() {
    if (any_)
      fmt::print(stderr, "\n");
  }

private:
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  bool any_ = false;
  clock::time_point shown_ = clock::now();
};

boost::json::object recorded(const players::recording& of) {
  boost::json::object out;
  out["seconds"] = in_seconds(of.length);
  out["workers"] = of.workers.size();
  out["commands"] = of.commands.size();
  out["changes"] = of.changes.size();
  out["shell_commands"] = of.lines.size();
  out["settings"] = of.settings.size();
  out["left_out"] = of.left_out;
  out["shell_commands_not_played"] = to_json(of.lines_left_out);
  out["notes"] = to_json(of.notes);
  out["damage"] = to_json(of.damage);
  return out;
}

boost::json::object played(const players::replay_tally& of) {
  boost::json::object out;
  out["workers"] = to_json(of.workers);
  out["workers_left_out"] = to_json(of.left_out_workers);
  out["changes"] = of.changes;
  out["changes_acknowledged"] = of.changes_acknowledged;
  out["changes_refused"] = of.changes_refused;
  out["changes_unanswered"] = of.changes_unanswered;
  out["shell_commands"] = of.commands;
  out["shell_commands_done"] = of.commands_done;
  out["shell_commands_refused"] = of.commands_refused;
  out["shell_commands_unanswered"] = of.commands_unanswered;
  out["shell_commands_without_object"] = of.commands_without_object;
  out["shell_commands_withheld"] = of.commands_withheld;
  out["reconfigurations"] = of.reconfigurations;
  out["refusals"] = to_json(of.refusals);
  return out;
}

std::string recorded_lines(const players::recording& of) {
  auto out = fmt::format("recorded: {:.1f} s, {} workers, {} commands, {} changes, {} commands of "
                         "the shell, {} configurations\n",
                         in_seconds(of.length), of.workers.size(), of.commands.size(),
                         of.changes.size(), of.lines.size(), of.settings.size());
  if (of.left_out > 0)
    out += fmt::format("  {} messages from outside are not in the record\n", of.left_out);
  for (const auto& [command, count] : of.lines_left_out)
    out += fmt::format("  not played: {} {}\n", count, command);
  for (const auto& message : of.notes)
    out += "  " + message + "\n";
  return out;
}

std::string played_lines(const players::replay_tally& of) {
  const auto& w = of.workers;
  auto out = fmt::format(
      "workers: attached {} times, {} builds, {} commands, {} of them complete; {} were the "
      "nearest "
      "that was recorded, {} had nothing like them\n"
      "changes: {}, acknowledged {}, refused {}, unanswered {}\n"
      "shell: {} commands, done {}, refused {}, unanswered {}; {} had nothing to stop, {} failures "
      "were too many at a time\n"
      "reconfigurations: {}\n",
      w.attached, w.builds, w.commands, w.completed, w.nearest, w.unknown, of.changes,
      of.changes_acknowledged, of.changes_refused, of.changes_unanswered, of.commands,
      of.commands_done, of.commands_refused, of.commands_unanswered, of.commands_without_object,
      of.commands_withheld, of.reconfigurations);
  if (w.refused > 0)
    out += fmt::format("  logins refused: {}; {}\n", w.refused, w.refusal);
  for (const auto& message : of.refusals)
    out += "  refused: " + message + "\n";
  for (const auto& name : of.left_out_workers)
    out += "  left out: worker " + name + " is not configured there\n";
  return out;
}

void complain_of(const players::recording& of) {
  for (const auto& message : of.damage)
    complain(message);
}

players::timeline_options timeline_of(const replay_options& x) {
  return {std::max<std::int64_t>(x.copies, 1), x.speed, x.seed};
}

// -- in virtual time ------------------------------------------------------------------------------

/// What is told of both kinds of master.
template <class Report>
boost::json::object as_object(const players::recording& from, const Report& of) {
  boost::json::object out;
  out["troupe_replay"] = 1;
  out["recorded"] = recorded(from);
  out["played"] = played(of.played);
  out["kills"] = of.kills;
  out["swaps"] = of.swaps;
  out["messages"] = of.messages;
  out["changes"] = of.changes;
  return out;
}

void print_json(const players::recording& from, const players::stress_report& of, span took) {
  auto out = as_object(from, of);
  out["commits"] = of.commits;
  out["requests"] = of.requests;
  out["builds"] = to_json(of.builds);
  out["simulated_seconds"] = in_seconds(of.simulated);
  out["seconds"] = in_seconds(took);
  boost::json::array wrong;
  for (const auto& one : of.violations)
    wrong.push_back(to_json(as_words(one)));
  out["violations"] = std::move(wrong);
  std::puts(print(json(std::move(out))).c_str());
}

void print_text(const players::recording& from, const players::stress_report& of, span took) {
  std::fputs((recorded_lines(from) + played_lines(of.played)).c_str(), stdout);
  std::int64_t builds = 0;
  std::string results;
  for (const auto& [result, count] : of.builds) {
    builds += count;
    results += fmt::format("{}{} {}", results.empty() ? "" : ", ", count, result);
  }
  fmt::print("{} builds ({}), {} messages, {} commits; {} services failed, {} were swapped; "
             "{:.0f} s simulated in {:.1f} s, {:.0f} messages a second\n",
             builds, results, of.messages, of.commits, of.kills, of.swaps, in_seconds(of.simulated),
             in_seconds(took), static_cast<double>(of.messages) / std::max(in_seconds(took), 1e-9));
  for (const auto& one : of.violations)
    fmt::print("VIOLATED {}\n", as_words(one));
  if (of.violations.empty())
    fmt::print("clean\n");
  std::fflush(stdout);
}

int play_copies(const players::recording& from, const replay_options& x) {
  sim::scratch_folder folder{"troupe-stress"};
  players::stress_options how;
  how.timeline = timeline_of(x);
  how.rates = {x.kill, x.swap};
  how.shuffle = x.shuffle;
  how.folder = folder.path();
  if (x.log)
    how.log = [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); };
  progress_line line;
  how.progress = [&](std::size_t played, std::size_t all) { line.show(played, all); };
  auto began = clock::now();
  players::stress_report report;
  try {
    players::stress run{from, how};
    report = run.run();
  } catch (const failed& bad) {
    return complain(bad.why().message);
  }
  auto took = std::chrono::duration_cast<span>(clock::now() - began);
  if (x.json)
    print_json(from, report, took);
  else
    print_text(from, report, took);
  return report.violations.empty() ? done : failed_status;
}

// -- to a master that runs ------------------------------------------------------------------------

volatile std::sig_atomic_t told_to_end = 0;

void note_end(int) {
  told_to_end = 1;
}

result<model::master> configuration_in(const std::string& folder) {
  namespace fs = std::filesystem;
  auto json = fs::path{folder} / "master.json", lua = fs::path{folder} / "master.lua";
  return model::load_configuration((!fs::exists(lua) && fs::exists(json) ? json : lua).string());
}

/// A PB port without TLS, as the master that runs there says that it listens.
result<std::pair<std::string, std::int64_t>> pb_port_of(const std::string& folder) {
  auto shell = shell_client::connect(folder);
  if (!shell)
    return shell.error();
  auto answer = shell->ask("state", {std::string{pbmanager::pbmanager_path}});
  if (!answer)
    return answer.error();
  const auto* ports = answer->is_object() ? answer->as_object().if_contains("listening") : nullptr;
  if (ports && ports->is_object())
    for (const auto& [name, number] : ports->as_object()) {
      auto where = master::read_port(std::string{name});
      if (!where || !where->certificate_file.empty() || !number.is_int64())
        continue;
      bool any = where->host.empty() || where->host == "0.0.0.0";
      return std::pair{any ? std::string{"127.0.0.1"} : where->host, number.as_int64()};
    }
  return failure{errc::not_found,
                 folder
                     + ": its master listens on no PB port without TLS; give it one in "
                       "c.protocols for the time of the test"};
}

/// By default that of the class.
std::string argument_of(const model::part& source, std::string_view name) {
  return std::string{model::as_text(model::value_of(
      source, model::component_of(source, model::component_use::change_source), name))};
}

players::credentials credentials_of(const model::master& from) {
  players::credentials made;
  for (const auto& one : from.workers)
    made.workers[one.name()] = one.text("password");
  for (const auto& one : from.change_source)
    made.sources[one.name()] = {argument_of(one, "user"), argument_of(one, "passwd")};
  made.any_source = true;
  return made;
}

void print_json(const players::recording& from, const players::live_report& of) {
  auto out = as_object(from, of);
  out["builds"] = of.builds;
  out["bytes"] = of.bytes;
  out["seconds"] = in_seconds(of.took);
  out["violations"] = to_json(of.problems);
  std::puts(print(json(std::move(out))).c_str());
}

void print_text(const players::recording& from, const players::live_report& of) {
  std::fputs((recorded_lines(from) + played_lines(of.played)).c_str(), stdout);
  fmt::print("the master has {} builds and {} changes more; about {} messages, {} bytes; {} "
             "services failed, {} were swapped; {:.1f} s\n",
             of.builds, of.changes, of.messages, of.bytes, of.kills, of.swaps, in_seconds(of.took));
  if (from.settings.size() > 1)
    fmt::print("  not played: {} reconfigurations\n", from.settings.size() - 1);
  for (const auto& message : of.problems)
    fmt::print("VIOLATED {}\n", message);
  if (of.problems.empty())
    fmt::print("clean\n");
  std::fflush(stdout);
}

int play_against(const players::recording& from, const replay_options& x) {
  auto port = pb_port_of(x.against);
  if (!port)
    return complain(port.error().message);
  auto loaded = configuration_in(x.against);
  if (!loaded)
    return complain(loaded.error().message);
  auto pb = peers::find_port(port->first, std::to_string(port->second));
  if (!pb)
    return complain(pb.error().message);
  auto shell = peers::find_shell(x.against);
  if (!shell)
    return complain(shell.error().message);
  players::live_options how;
  how.timeline = timeline_of(x);
  how.rates = {x.kill, x.swap};
  how.at = {*pb, *shell};
  how.who = credentials_of(*loaded);
  how.interrupted = [] { return told_to_end != 0; };
  progress_line line;
  how.progress = [&](std::size_t done_so_far, std::size_t all) { line.show(done_so_far, all); };
  std::signal(SIGINT, note_end);
  std::signal(SIGTERM, note_end);
  auto report = players::live{from, how}.run();
  if (x.json)
    print_json(from, report);
  else
    print_text(from, report);
  return report.problems.empty() ? done : failed_status;
}

} // namespace

int replay_as_stress(const replay_options& options) {
  auto from = players::read_recording(journal_of(options.journal));
  if (!from)
    return complain(from.error().message);
  complain_of(*from);
  return options.against.empty() ? play_copies(*from, options) : play_against(*from, options);
}

} // namespace troupe::tool
