// The only file that includes CLI11, which is slow to compile.
#include "tools/troupe/command_line.hpp"

#include <cstdio>
#include <functional>

#include <CLI/CLI.hpp>

#include "commit.hpp"
#include "tools/troupe/man_page.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace {

using action = std::function<int()>;

/// What the words on the command line fill in.
struct wishes {
  std::string folder, place;
  bool manual = false;
  start_options starting;
  stop_options stopping;
  reconfig_options reconfiguring;
  change_options change;
  shell_options shell;
  replay_options replaying;
  sim_options simulating;
  action chosen;
};

manual_command manual_of(const CLI::App& command) {
  manual_command out{command.get_name(), command.get_description(), {}};
  for (const auto* one : command.get_options()) {
    bool takes_value = one->get_expected_max() > 0 && !one->get_positional();
    out.options.push_back(
        {one->get_name(false, true), takes_value ? "VALUE" : "", one->get_description()});
  }
  return out;
}

int print_manual(const CLI::App& program) {
  manual all{"troupe", TROUPE_VERSION, program.get_description(), {}};
  for (const auto* one : program.get_subcommands([](const CLI::App*) { return true; }))
    all.commands.push_back(manual_of(*one));
  std::fputs(man_page(all).c_str(), stdout);
  return done;
}

void add_start_options(CLI::App& to, start_options& options) {
  to.add_flag("--nodaemon", options.nodaemon, "Stay in the foreground and log to standard output");
  to.add_option("--log-format", options.log_format, "Form of the log's lines")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  to.add_option("--log-level", options.log_level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
}

void add_life(CLI::App& program, wishes& all) {
  auto* create = program.add_subcommand("create-master", "Make a folder for a new master");
  create->add_option("DIR", all.folder, "Folder to make")->required();
  create->callback([&] { all.chosen = [&] { return create_master(all.folder); }; });

  auto* help_command = program.add_subcommand(
      "help", "What a configuration can name: a list, or the arguments of NAME");
  auto* name = help_command->add_option("NAME", all.place, "Such as steps.Git");
  help_command->add_flag("--man", all.manual, "Print the manual page of the program, for man -l")
      ->excludes(name);
  help_command->callback(
      [&] { all.chosen = [&] { return all.manual ? print_manual(program) : help(all.place); }; });

  auto* check = program.add_subcommand("checkconfig", "Check a configuration");
  check->add_option("DIR|FILE", all.place, "A master's folder, or a configuration")->required();
  check->callback([&] { all.chosen = [&] { return check_config(all.place); }; });

  auto* dump = program.add_subcommand("dumpconfig", "Print what a configuration says, as JSON");
  dump->add_option("DIR|FILE", all.place, "A master's folder, or a configuration")->required();
  dump->callback([&] { all.chosen = [&] { return dump_config(all.place); }; });

  auto* begin = program.add_subcommand("start", "Start a master; back when all of it is up");
  begin->add_option("DIR", all.starting.folder, "The master's folder")->required();
  add_start_options(*begin, all.starting);
  begin->callback([&] { all.chosen = [&] { return start(all.starting); }; });

  auto* end = program.add_subcommand("stop", "Stop a master; back when it has ended");
  end->add_option("DIR", all.stopping.folder, "The master's folder")->required();
  end->add_flag("--clean", all.stopping.clean, "Let running builds end first");
  end->callback([&] { all.chosen = [&] { return stop(all.stopping); }; });

  auto* again = program.add_subcommand("restart", "Stop a master if it runs, then start it");
  again->add_option("DIR", all.stopping.folder, "The master's folder")->required();
  again->add_flag("--clean", all.stopping.clean, "Let running builds end first");
  add_start_options(*again, all.starting);
  again->callback([&] {
    all.starting.folder = all.stopping.folder;
    all.chosen = [&] { return restart(all.stopping, all.starting); };
  });

  auto* reload = program.add_subcommand(
      "reconfig", "Have a running master read its configuration again and apply it");
  reload->add_option("DIR", all.reconfiguring.folder, "The master's folder")->required();
  reload->add_flag("--dry-run", all.reconfiguring.dry_run, "Only say what would be done");
  reload
      ->add_option("--settle", all.reconfiguring.settle,
                   "Seconds in which a service that fails takes everything back (default 1)")
      ->check(CLI::Range(0, 3600));
  reload->callback([&] { all.chosen = [&] { return reconfig(all.reconfiguring); }; });
}

void add_sendchange(CLI::App& program, wishes& all) {
  auto& x = all.change;
  auto* send = program.add_subcommand("sendchange", "Tell a master (Buildbot's too) of a change");
  send->add_option("-m,--master", x.master, "HOST:PORT of its PB listener")->required();
  send->add_option("-a,--auth", x.auth, "USER:PASSWORD of the change source")
      ->capture_default_str();
  send->add_option("-W,--who", x.who, "Author of the change")->required();
  send->add_option("-R,--repository", x.repository, "Repository");
  send->add_option("-s,--vc", x.vc, "Version control system")
      ->check(CLI::IsMember({"git", "svn", "hg", "cvs", "darcs", "bzr", "mtn", "p4"}));
  send->add_option("-P,--project", x.project, "Project");
  send->add_option("-b,--branch", x.branch, "Branch");
  send->add_option("-C,--category", x.category, "Category");
  send->add_option("--codebase", x.codebase, "Codebase");
  auto* revision = send->add_option("-r,--revision", x.revision, "Revision");
  send->add_option("--revision_file", x.revision_file, "File whose content is the revision")
      ->excludes(revision);
  send->add_option("-p,--property", x.properties, "A property of the change, NAME:VALUE");
  auto* comments = send->add_option("-c,--comments", x.comments, "Message of the change");
  send->add_option("-F,--logfile", x.logfile, "File whose content is the message; - for stdin")
      ->excludes(comments);
  send->add_option("-w,--when", x.when, "When it was made, in seconds since 1970");
  send->add_option("-l,--revlink", x.revlink, "Link to the revision");
  send->add_option("FILES", x.files, "The files that were changed");
  send->callback([&] { all.chosen = [&] { return send_change(all.change); }; });
}

void add_shell(CLI::App& program, wishes& all) {
  auto* inside = program.add_subcommand(
      "shell", "Look into a running master; without COMMAND a prompt (try help there)");
  inside->add_option("DIR", all.shell.folder, "The master's folder")->required();
  inside->add_flag("--json", all.shell.json, "Answers as JSON, one object a line");
  inside->add_flag("--yes", all.shell.yes, "Ask for no confirmation on a terminal");
  inside->prefix_command(); // the words of the shell's command are not options of ours
  inside->callback([&all, inside] {
    all.shell.message = inside->remaining();
    all.shell.json = all.shell.json || std::erase(all.shell.message, "--json") > 0;
    all.shell.yes = all.shell.yes || std::erase(all.shell.message, "--yes") > 0;
    all.chosen = [&all] { return shell(all.shell); };
  });
}

void add_sim(CLI::App& program, wishes& all) {
  auto& x = all.simulating;
  auto* sim = program.add_subcommand(
      "sim",
      "Whole masters with simulated workers, clients, network and disk: faults at any moment");
  sim->add_option("--seeds", x.seeds, "One, or A-B")->capture_default_str();
  sim->add_option("--plan", x.plan, "Run this plan instead")->type_name("FILE");
  sim->add_option("--busy", x.busy,
                  "Run so many hours of a busy day instead: 200 builders, 200 workers, 100 builds "
                  "a day and builder, no faults")
      ->type_name("HOURS")
      ->check(CLI::PositiveNumber);
  sim->add_option("--jobs", x.jobs, "Processes at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  sim->add_option("--times", x.times, "Each seed is run so often, and must come out the same")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  sim->add_option("--limit", x.limit, "Begin no seed after so many seconds")
      ->check(CLI::NonNegativeNumber);
  sim->add_option("--failures", x.failures, "Begin no seed after so many have failed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sim->add_flag("!--no-shrink", x.shrink, "Do not make the plans of failing seeds smaller");
  sim->add_option("--shrink-limit", x.shrink_limit, "Seconds that may take for a seed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sim->add_option("--keep", x.keep, "Folder for the plans of failing seeds")
      ->type_name("DIR")
      ->capture_default_str();
  sim->add_flag("--coverage", x.coverage,
                "Show how often each situation came about, and fail if one never did");
  sim->add_flag("--log", x.log, "Show the simulated master's log of the first seed, or the plan");
  sim->add_flag("--show-plan", x.show_plan, "Show the plan of the first seed, as JSON");
  sim->add_flag("--verbose", x.verbose, "A line for each seed");
  sim->add_flag("--json", x.json, "A JSON object a line");
  sim->callback([&] { all.chosen = [&] { return simulate(all.simulating); }; });
}

/// Options of `replay` by which players play what the outside did. `others` are not of that kind.
void add_stress(CLI::App& to, replay_options& x, const std::vector<CLI::Option*>& others) {
  auto* copies = to.add_option("--copies", x.copies,
                               "As stress: so many copies of the recorded workers, changes and "
                               "clients, to a whole master in virtual time")
                     ->check(CLI::Range(1, 100'000));
  auto* against = to.add_option("--against", x.against,
                                "Or to the master that runs in this folder, over its sockets")
                      ->type_name("DIR");
  for (auto* one : others) {
    copies->excludes(one);
    against->excludes(one);
  }
  auto* speed =
      to.add_option("--speed", x.speed, "Times and delays of the record are divided by it")
          ->check(CLI::Range(0.001, 1e6));
  auto* kill = to.add_option("--kill", x.kill, "Services that fail, for each 1000 messages")
                   ->check(CLI::Range(0.0, 1000.0));
  auto* swap = to.add_option("--swap", x.swap, "Services that are swapped, for each 1000 messages")
                   ->check(CLI::Range(0.0, 1000.0));
  auto* seed = to.add_option("--seed", x.seed, "How copies, failures and order are interleaved");
  auto* shuffle = to.add_flag("--shuffle", x.shuffle,
                              "Services with mail take turns in any order that could happen");
  auto* log = to.add_flag("--log", x.log, "Show the log of the master in virtual time");
  shuffle->needs(copies)->excludes(against);
  log->needs(copies)->excludes(against);
  to.parse_complete_callback([=, &x] {
    bool stress = x.copies > 0 || !x.against.empty();
    for (auto* one : {speed, kill, swap, seed})
      if (one->count() > 0 && !stress)
        throw CLI::RequiresError{one->get_name(), "--copies or --against"};
  });
}

void add_replay(CLI::App& program, wishes& all) {
  auto& x = all.replaying;
  auto* again = program.add_subcommand(
      "replay", "Play a journal again: the same services take the same messages at the same times");
  again->add_option("JOURNAL", x.journal, "A master's folder, a folder of segments, or a segment")
      ->required();
  auto* check =
      again->add_flag("--check", x.check,
                      "Compare every message and state with the record; show the first divergence");
  auto* until = again->add_option("--until", x.until, "Stop after the record of this number");
  auto* until_time =
      again->add_option("--until-time", x.until_time, "Stop before this instant, as in the log");
  auto* state = again->add_option("--state", x.state,
                                  "Show the state of the service at this path at the end");
  auto* follow = again->add_option("--follow", x.follow,
                                   "Show what led to the record of this number, and what it led "
                                   "to");
  auto* prompt = again->add_flag("-i,--interactive", x.interactive,
                                 "Stop at the beginning, and at breakpoints: a prompt (try help "
                                 "there), or commands from standard input");
  again->add_flag("--json", x.json, "Answer as JSON, one object; with -i one for each command");
  add_stress(*again, x, {check, until, until_time, state, follow, prompt});
  again->callback([&] { all.chosen = [&] { return replay(all.replaying); }; });
}

} // namespace

int complain(const std::string& message) {
  std::fprintf(stderr, "troupe: %s\n", message.c_str());
  return failed_status;
}

int run_command_line(int count, char** message) {
  wishes all;
  CLI::App program{"A build master that need not be restarted"};
  program.set_version_flag("--version", std::string{TROUPE_VERSION} + " (" + commit + ")");
  program.require_subcommand(1);
  add_life(program, all);
  add_sendchange(program, all);
  add_shell(program, all);
  add_replay(program, all);
  add_sim(program, all);
  try {
    program.parse(count, message);
  } catch (const CLI::ParseError& problem) {
    return program.exit(problem) == 0 ? done : usage_status;
  }
  return all.chosen();
}

} // namespace troupe::tool
