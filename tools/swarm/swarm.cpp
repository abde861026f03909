// `troupe-swarm`: many simulated workers on one thread, against any PB master. Prints one line of
// JSON when it ends.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "storage/json.hpp"
#include "tools/swarm/simulated_worker.hpp"

namespace troupe::swarm {

namespace {

volatile std::sig_atomic_t told_to_end = 0;

void note_end(int) {
  told_to_end = 1;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct wishes {
  std::string master, prefix = "w", password = "pass";
  std::int64_t workers = 1;
  std::int64_t per_tick = 50; ///< Connections begun at once; a master's backlog is finite.
  std::int64_t commands_limit = 0;
  double duration_limit = 0;
  bool reconnect = false;
  bool trace = false; ///< Tells of each command as it begins.
  conduct how;
};

struct member {
  simulated_worker worker;
  int socket = -1;
  bool connecting = false;
  bool wants_write = false;
  double again_at = 0; ///< When to connect; never again if below 0.
};

class swarm_loop : public director {
public:
  explicit swarm_loop(const wishes& what) : what_{what}, poll_{::epoll_create1(EPOLL_CLOEXEC)} {
    for (std::int64_t i = 0; i < what.workers; ++i)
      members_.push_back(std::make_unique<member>(
          member{simulated_worker{what.prefix + std::to_string(i), what.password, *this, count_}}));
  }
  ~swarm_loop() {
    for (auto& one : members_)
      if (one->socket >= 0)
        ::close(one->socket);
    ::close(poll_);
  }

  bool find_master() {
    auto colon = what_.master.rfind(':');
    if (colon == std::string::npos)
      return false;
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(what_.master.substr(0, colon).c_str(), what_.master.substr(colon + 1).c_str(),
                      &hints, &found)
        != 0)
      return false;
    address_.assign(reinterpret_cast<const char*>(found->ai_addr), found->ai_addrlen);
    family_ = found->ai_family;
    ::freeaddrinfo(found);
    return true;
  }

  void run() {
    began_ = seconds_now();
    epoll_event events[256];
    while (!told_to_end && !over()) {
      begin_connections();
      int n = ::epoll_wait(poll_, events, 256, 20);
      for (int i = 0; i < n; ++i)
        serve(*static_cast<member*>(events[i].data.ptr), events[i].events);
      tell_begun();
    }
  }

  conduct begin(const begun_command& what) override {
    if (what_.trace)
      begun_.push_back(what);
    return what_.how;
  }

  json report() const;

private:
  bool over() const {
    if (what_.duration_limit > 0 && seconds_now() - began_ > what_.duration_limit)
      return true;
    if (what_.commands_limit > 0 && count_.commands >= what_.commands_limit)
      return true;
    return std::all_of(members_.begin(), members_.end(),
                       [](const auto& one) { return one->socket < 0 && one->again_at < 0; });
  }

  void tell_begun() {
    if (begun_.empty())
      return;
    for (const auto& one : std::exchange(begun_, {})) {
      boost::json::object line;
      line["at"] = one.at;
      line["worker"] = to_json(one.worker);
      line["builder"] = to_json(one.builder);
      line["command"] = to_json(one.name);
      std::puts(print(line).c_str());
    }
    std::fflush(stdout);
  }

  void begin_connections() {
    auto now = seconds_now();
    std::int64_t begun = 0;
    for (auto& one : members_)
      if (one->socket < 0 && one->again_at >= 0 && now >= one->again_at && begun++ < what_.per_tick)
        connect(*one);
  }

  void connect(member& one) {
    one.socket = ::socket(family_, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (one.socket < 0) {
      drop(one, std::strerror(errno));
      return;
    }
    int on = 1;
    ::setsockopt(one.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int bad = ::connect(one.socket, reinterpret_cast<const sockaddr*>(address_.data()),
                        static_cast<socklen_t>(address_.size()));
    if (bad != 0 && errno != EINPROGRESS) {
      drop(one, std::strerror(errno));
      return;
    }
    one.connecting = one.wants_write = true;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.ptr = &one;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, one.socket, &event);
  }

  void drop(member& one, const char* why) {
    if (one.socket >= 0)
      ::close(std::exchange(one.socket, -1));
    if (trouble_.empty() && *why)
      trouble_ = why;
    one.worker.lost();
    one.again_at = what_.reconnect ? seconds_now() + 1 : -1;
  }

  void serve(member& one, std::uint32_t events) {
    if (one.socket < 0)
      return;
    if (one.connecting) {
      int why = 0;
      socklen_t size = sizeof why;
      ::getsockopt(one.socket, SOL_SOCKET, SO_ERROR, &why, &size);
      if (why != 0) {
        drop(one, std::strerror(why));
        return;
      }
      one.connecting = false;
      one.worker.connected(seconds_now());
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !read(one))
      return;
    write(one);
  }

  bool read(member& one) {
    static char buffer[256 * 1024];
    auto n = ::recv(one.socket, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return true;
    if (n <= 0 || !one.worker.take({buffer, static_cast<std::size_t>(n)}, seconds_now())) {
      drop(one, n == 0 ? "closed by the master" : n < 0 ? std::strerror(errno) : "refused");
      return false;
    }
    return true;
  }

  void write(member& one) {
    while (!one.worker.out.empty()) {
      auto n = ::send(one.socket, one.worker.out.data(), one.worker.out.size(), MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN && errno != EINTR) {
        drop(one, std::strerror(errno));
        return;
      }
      if (n < 0)
        break;
      count_.bytes_out += n;
      one.worker.out.erase(0, static_cast<std::size_t>(n));
      one.worker.go_on(seconds_now());
    }
    if (bool wanted = !one.worker.out.empty(); wanted != one.wants_write) {
      one.wants_write = wanted;
      epoll_event event{};
      event.events = EPOLLIN | (wanted ? EPOLLOUT : 0u);
      event.data.ptr = &one;
      ::epoll_ctl(poll_, EPOLL_CTL_MOD, one.socket, &event);
    }
  }

  const wishes& what_;
  int poll_;
  int family_ = 0;
  std::string address_;
  std::string trouble_; ///< Why the first connection was lost.
  double began_ = 0;
  counters count_;
  std::vector<begun_command> begun_; ///< Not told yet.
  std::vector<std::unique_ptr<member>> members_;
};

json spread(std::vector<double> all) {
  if (all.empty())
    return nullptr;
  std::sort(all.begin(), all.end());
  auto at = [&](double part) {
    return all[std::min(all.size() - 1, static_cast<std::size_t>(part * double(all.size())))];
  };
  return boost::json::object{
      {"count", all.size()}, {"p50", at(0.5)}, {"p90", at(0.9)}, {"max", all.back()}};
}

json swarm_loop::report() const {
  auto passed = seconds_now() - began_;
  boost::json::object out;
  out["workers"] = what_.workers;
  out["seconds"] = passed;
  out["connections"] = count_.connections;
  out["attached"] = count_.attached;
  out["refused"] = count_.refused;
  out["lost"] = count_.lost;
  out["builds"] = count_.builds;
  out["commands_started"] = count_.commands_started;
  out["commands"] = count_.commands;
  out["commands_per_second"] = static_cast<double>(count_.commands) / std::max(passed, 1e-9);
  out["calls_failed"] = count_.calls_failed;
  out["bytes_in"] = count_.bytes_in;
  out["bytes_out"] = count_.bytes_out;
  out["output_bytes"] = count_.output_bytes;
  out["attach_seconds"] = spread(count_.attach_seconds);
  out["first_command_seconds"] = spread(count_.first_command_seconds);
  out["build_to_command_seconds"] = spread(count_.build_to_command_seconds);
  out["trouble"] = to_json(trouble_);
  return out;
}

/// One descriptor for each worker.
void allow_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

} // namespace troupe::swarm

int main(int count, char** message) {
  using namespace troupe::swarm;
  wishes what;
  CLI::App program{"Simulated workers for any PB master"};
  program.add_option("--master", what.master, "HOST:PORT")->required();
  program.add_option("--workers", what.workers, "How many")->check(CLI::Range(1, 100000));
  program.add_option("--name-prefix", what.prefix, "Names are PREFIX0, PREFIX1, …")
      ->capture_default_str();
  program.add_option("--password", what.password, "Of all of them")->capture_default_str();
  program.add_option("--lines", what.how.lines, "That a shell command prints")
      ->check(CLI::NonNegativeNumber);
  program.add_option("--line-bytes", what.how.line_bytes, "Of each, with its newline")
      ->check(CLI::Range(1, 65536));
  program.add_option("--rc", what.how.rc, "Exit code of shell commands");
  program.add_option("--duration-limit", what.duration_limit, "Seconds; 0: until interrupted");
  program.add_option("--commands-limit", what.commands_limit, "Ends after so many");
  program.add_flag("--trace", what.trace,
                   "A line of JSON for each command as it begins, by the monotonic clock");
  program.add_flag("--reconnect", what.reconnect, "Connect again a second after a loss");
  try {
    program.parse(count, message);
  } catch (const CLI::ParseError& problem) {
    return program.exit(problem) == 0 ? 0 : 2;
  }
  std::signal(SIGINT, note_end);
  std::signal(SIGTERM, note_end);
  allow_descriptors();
  swarm_loop loop{what};
  if (!loop.find_master()) {
    std::fprintf(stderr, "troupe-swarm: %s: HOST:PORT expected\n", what.master.c_str());
    return 2;
  }
  loop.run();
  auto report = loop.report();
  std::puts(troupe::print(report).c_str());
  return report.at("connections").as_int64() > 0 ? 0 : 1;
}
