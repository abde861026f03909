#include "tools/sim/campaign.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/sim/scratch_folder.hpp"

namespace troupe::sim {

namespace {

using clock = std::chrono::steady_clock;

/// A run in another process, which reports through a pipe.
class runner {
public:
  runner(const plan& what, int times, std::chrono::seconds patience) : seed_{what.seed} {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw failed{{errc::io, fmt::format("a pipe: {}", std::strerror(errno))}};
    std::fflush(nullptr);
    child_ = ::fork();
    if (child_ < 0)
      throw failed{{errc::io, fmt::format("another process: {}", std::strerror(errno))}};
    if (child_ == 0) {
      ::close(ends[0]);
      ::alarm(static_cast<unsigned>(patience.count()));
      say(ends[1], repeated(what, times));
      ::_exit(0);
    }
    ::close(ends[1]);
    from_ = ends[0];
  }
  ~runner() {
    if (from_ < 0)
      return;
    ::close(from_);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;

  int from() const { return from_; }

  /// Reads from the pipe; the report comes when the process has ended.
  std::optional<run_report> read() {
    char buffer[16 * 1024];
    auto n = ::read(from_, buffer, sizeof buffer);
    if (n > 0) {
      said_.append(buffer, static_cast<std::size_t>(n));
      return std::nullopt;
    }
    if (n < 0 && errno == EINTR)
      return std::nullopt;
    ::close(std::exchange(from_, -1));
    int status = 0;
    ::waitpid(child_, &status, 0);
    if (auto report = decode<run_report>(said_); report && WIFEXITED(status))
      return *report;
    run_report report;
    report.seed = seed_;
    report.violations.push_back(
        WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM
            ? "all_ends: the run takes too long"
            : fmt::format("no_service_fails_by_itself: the process ended with {} {}",
                          WIFSIGNALED(status) ? "signal" : "status",
                          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
    return report;
  }

private:
  static run_report repeated(const plan& what, int times) {
    auto report = run_plan(what);
    for (int i = 1; i < times; ++i) {
      auto again = run_plan(what);
      report.took += again.took;
      if (again.hash != report.hash)
        report.violations.push_back(
            fmt::format("same_again: {} messages and hash {:x}, then {} and {:x}", report.messages,
                        report.hash, again.messages, again.hash));
    }
    return report;
  }
  static void say(int to, const run_report& report) {
    auto out = encode(report);
    for (std::string_view rest = out; !rest.empty();) {
      auto n = ::write(to, rest.data(), rest.size());
      if (n < 0 && errno != EINTR)
        ::_exit(1);
      rest.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
    }
  }

  std::uint64_t seed_;
  pid_t child_ = -1;
  int from_ = -1;
  bytes said_;
};

} // namespace

run_report run_plan(const plan& what, const std::function<void(std::string_view)>& log) {
  auto began = clock::now();
  scratch_folder folder{"troupe-sim"};
  run_report report;
  report.seed = what.seed;
  try {
    driver_options options;
    options.folder = folder.path();
    options.log = log;
    auto went = world{what, std::move(options)}.run();
    for (const auto& one : went.violations)
      report.violations.push_back(as_words(one));
    report.hash = went.hash;
    report.messages = went.messages;
    report.commits = went.commits;
    report.builds = went.builds;
    report.lives = went.lives;
    report.events_done = went.events_done;
    report.simulated = went.simulated;
    report.seen.assign(went.seen.counts().begin(), went.seen.counts().end());
  } catch (const std::exception& problem) {
    report.violations.push_back(fmt::format("master_lives: {}", problem.what()));
  }
  report.took = std::chrono::duration_cast<span>(clock::now() - began);
  return report;
}

run_report run_apart(const plan& what, int times, std::chrono::seconds patience) {
  runner one{what, times, patience};
  while (true)
    if (auto report = one.read())
      return *report;
}

void run_campaign(const campaign_options& how,
                  const std::function<void(const run_report&)>& report) {
  auto began = clock::now();
  auto next = how.first;
  std::size_t failures = 0;
  std::vector<std::unique_ptr<runner>> running;
  while (true) {
    bool more = next <= how.last && failures < how.failures_max
                && (how.limit.count() == 0 || clock::now() - began < how.limit);
    if (more && std::ssize(running) < how.jobs) {
      running.push_back(std::make_unique<runner>(make_plan(next++), how.times,
                                                 std::chrono::seconds{120} * how.times));
      continue;
    }
    if (running.empty())
      return;
    std::vector<pollfd> wanted;
    for (const auto& one : running)
      wanted.push_back({one->from(), POLLIN, 0});
    if (::poll(wanted.data(), wanted.size(), -1) < 0)
      continue;
    for (std::size_t i = wanted.size(); i-- > 0;) {
      if (wanted[i].revents == 0)
        continue;
      auto ended = running[i]->read();
      if (!ended)
        continue;
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      failures += !ended->good();
      report(*ended);
    }
  }
}

} // namespace troupe::sim
