// `troupe start`: as a daemon, which says through a pipe how its start went, or in the foreground.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "actors/master/launch.hpp"
#include "tools/troupe/process.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace fs = std::filesystem;

namespace {

result<std::string> find_configuration(const fs::path& folder) {
  for (auto name : {"master.lua", "master.json"})
    if (fs::is_regular_file(folder / name))
      return (folder / name).string();
  return failure{errc::not_found, fmt::format("{} is not a master's folder: it has no master.lua "
                                              "(troupe create-master makes one)",
                                              folder.string())};
}

runtime::level level_named(const std::string& name) {
  for (auto one : {runtime::level::debug, runtime::level::info, runtime::level::warning})
    if (name == names_of(one)[static_cast<std::size_t>(one)])
      return one;
  return runtime::level::error;
}

void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    auto n = ::write(to, text.data(), text.size());
    if (n < 0 && errno != EINTR)
      return; // a full disk must not end the master; it says so in its state
    text.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
}

/// The daemon's end of the pipe: "ready", or the reason why it never will be.
class start_report {
public:
  explicit start_report(int to) : to_{to} {}

  void ready() { send("ready\n"); }
  void failed(std::string_view why) { send(why); }

private:
  void send(std::string_view message) {
    if (to_ < 0)
      return;
    write_all(to_, message);
    ::close(std::exchange(to_, -1));
  }
  int to_;
};

/// The parent's end: true when the tree is up; else what went wrong has been said.
bool await_ready(int from, const std::string& folder) {
  std::string heard;
  bool told = false;
  while (true) {
    pollfd one{from, POLLIN, 0};
    if (!told && ::isatty(STDERR_FILENO) && ::poll(&one, 1, 1000) == 0) {
      std::fputs("troupe: waiting until the master is up\n", stderr);
      told = true;
    }
    char buffer[4096];
    auto n = ::read(from, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    heard.append(buffer, static_cast<std::size_t>(n));
    if (heard == "ready\n")
      return true;
  }
  complain(heard.empty() ? fmt::format("the master did not start; see {}/troupe.log", folder)
                         : heard);
  return false;
}

// Before any thread is made. The daemon leaves the terminal and its group for good.
int become_daemon(const std::string& log_file) {
  if (::setsid() < 0)
    return -1;
  if (auto again = ::fork(); again != 0)
    ::_exit(again > 0 ? 0 : failed_status);
  int nothing = ::open("/dev/null", O_RDWR);
  int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (nothing < 0 || log < 0)
    return -1;
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::close(nothing);
  ::fcntl(log, F_SETFD, FD_CLOEXEC);
  return log;
}

int run(const start_options& options, const std::string& config_file, pid_file& pid, int log,
        int report_to) {
  pid.write_own();
  start_report report{report_to};
  master::launch_options launch;
  launch.folder = options.folder;
  launch.config_file = config_file;
  launch.least = level_named(options.log_level);
  launch.json_log = options.log_format == "json";
  launch.log = [log](std::string_view line) { write_all(log, line); };
  launch.ready = [&] { report.ready(); };
  launch.refused = [&](std::string_view why) {
    if (options.nodaemon)
      complain(std::string{why});
    else
      report.failed(why);
  };
  int status = failed_status;
  try {
    status = master::run_master(launch);
  } catch (const std::exception& problem) {
    launch.refused(problem.what());
  }
  return status;
}

} // namespace

int start(const start_options& wanted) {
  auto options = wanted;
  std::error_code bad;
  options.folder = fs::canonical(wanted.folder, bad).string();
  if (bad)
    return complain(fmt::format("{}: {}", wanted.folder, bad.message()));
  auto config_file = find_configuration(options.folder);
  if (!config_file)
    return complain(config_file.error().message);
  auto pid = pid_file::take(options.folder);
  if (!pid)
    return complain(pid.error().message);
  if (options.nodaemon)
    return run(options, *config_file, *pid, STDOUT_FILENO, -1);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return complain(std::strerror(errno));
  std::fflush(nullptr); // or the daemon would say again what we have said
  auto child = ::fork();
  if (child < 0)
    return complain(std::strerror(errno));
  if (child > 0) {
    ::close(ends[1]);
    ::waitpid(child, nullptr, 0);
    return await_ready(ends[0], options.folder) ? done : failed_status;
  }
  ::close(ends[0]);
  int log = become_daemon(options.folder + "/troupe.log");
  if (log < 0) {
    write_all(ends[1], fmt::format("troupe.log: {}\n", std::strerror(errno)));
    ::_exit(failed_status);
  }
  ::exit(run(options, *config_file, *pid, log, ends[1]));
}

} // namespace troupe::tool
