// The sub-commands of `troupe`, one source file each. All answer the exit status: 0 done, 1 refused
// or failed with the reason on standard error, 2 wrong usage.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace troupe::tool {

inline constexpr int done = 0, failed_status = 1, usage_status = 2;

struct start_options {
  std::string folder;
  std::string log_format = "text";
  std::string log_level = "info";
  bool nodaemon = false;
};
struct stop_options {
  std::string folder;
  bool clean = false;
};
struct reconfig_options {
  std::string folder;
  bool dry_run = false;
  std::optional<int> settle; ///< Seconds.
};
struct shell_options {
  std::string folder;
  std::vector<std::string> message; ///< Empty: interactive.
  bool json = false;
  bool yes = false; ///< What changes something needs no confirmation.
};
struct change_options {
  std::string master;
  std::string auth = "change:changepw";
  std::string who;
  std::string repository, project, codebase, revlink;
  std::optional<std::string> vc, branch, category, revision, comments;
  std::string revision_file, logfile;
  std::vector<std::string> properties;
  std::optional<double> when;
  std::vector<std::string> files;
};

struct replay_options {
  std::string journal; ///< A segment, a folder of segments, or a master's folder.
  bool check = false;
  bool interactive = false; ///< Stopped at first; commands at a prompt or on standard input.
  bool json = false;
  std::optional<std::uint64_t> until;  ///< Up to this record.
  std::string until_time;              ///< Up to this instant: "2026-11-22T19:42:00.5Z".
  std::string state;                   ///< Show the state of the service at this path.
  std::optional<std::uint64_t> follow; ///< Show what led to this record, and what it led to.
  // As stress: what the outside did, played by players.
  std::int64_t copies = 0; ///< 0: not asked for.
  std::string against;     ///< The folder of a master that runs; empty: one in virtual time.
  double speed = 1;
  double kill = 0, swap = 0; ///< Services, for each 1000 messages.
  bool shuffle = false;
  bool log = false; ///< Show the master's log.
  std::uint64_t seed = 1;
};

struct sim_options {
  std::string seeds = "1-100"; ///< "7" or "1-1000".
  std::string plan;            ///< A file, in place of seeds.
  double busy = 0;             ///< Hours of a busy day, in place of seeds.
  std::string keep = ".";      ///< Where the plans of failing seeds are put.
  int jobs = 2;
  int times = 2;
  int limit = 0; ///< Seconds; 0: none.
  int failures = 10;
  int shrink_limit = 60; ///< Seconds.
  bool shrink = true;
  bool log = false;
  bool show_plan = false;
  bool coverage = false;
  bool verbose = false;
  bool json = false;
};

/// What a configuration can name: a list, or the arguments of one.
int help(const std::string& name);
int create_master(const std::string& folder);
int check_config(const std::string& place);
int dump_config(const std::string& place);
int start(const start_options& options);
int stop(const stop_options& options);
int restart(const stop_options& stopping, const start_options& starting);
int reconfig(const reconfig_options& options);
int send_change(const change_options& options);
int shell(const shell_options& options);
int replay(const replay_options& options);
int simulate(const sim_options& options);

/// Says `words` on standard error, for the command's user; answers failed_status.
int complain(const std::string& message);

} // namespace troupe::tool
