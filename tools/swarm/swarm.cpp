// `troupe-swarm`: many simulated workers on one thread, against any PB master. Prints one line of
// JSON when it ends.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "storage/json.hpp"
#include "tools/peers/printed_response.hpp"
#include "tools/peers/scripted_response.hpp"
#include "tools/peers/socket_loop.hpp"
#include "tools/peers/worker.hpp"

namespace troupe::swarm {

namespace {

volatile std::sig_atomic_t told_to_end = 0;

void process_ended(int) {
  told_to_end = 1;
}

struct swarm_options {
  std::string master, prefix = "w", password = "pass";
  std::int64_t workers = 1;
  std::int64_t per_tick = 50; ///< Connections begun at once; a master's backlog is finite.
  std::int64_t commands_limit = 0;
  double duration_limit = 0;
  bool reconnect = false;
  bool trace = false; ///< Prints a line for each command as it begins.
  peers::conduct how;
};

/// Of all workers together, besides the peers' own tally.
struct measurements {
  std::int64_t connections = 0, lost = 0;
  std::int64_t output_bytes = 0;
  std::vector<double> attach_seconds;           ///< From the connection to the perspective.
  std::vector<double> first_command_seconds;    ///< From there to the worker's first command.
  std::vector<double> build_to_command_seconds; ///< From `startBuild` to the build's first command.
};

class swarm_loop;

/// A worker with the fixed strategy: it responds to every command alike.
class swarm_worker final : public peers::worker,
                           public peers::strategy,
                           public peers::print_listener {
public:
  swarm_worker(std::string name, swarm_loop& in);

  span connects_at{};  ///< If it is not connected.
  bool leaves = false; ///< It does not connect again.

  // -- peer ---------------------------------------------------------------------------------------
  void connected(span now) override;
  void lost(span now) override;
  bool take(std::string_view came, span now) override;

private:
  // -- strategy, print_listener -------------------------------------------------------------------
  std::unique_ptr<peers::response> respond(const peers::command& what,
                                           const wire::jelly& args) override;
  void attached(span now) override;
  void build_started(const std::string& builder, span now) override { builds_[builder] = now; }
  void printed(const peers::conduct&, std::int64_t, std::int64_t bytes) override;

  swarm_loop& in_;
  span connected_at_{}, attached_at_{};
  bool had_command_ = false, refused_ = false;
  std::map<std::string, span> builds_; ///< By builder: started, without a command yet.
};

class swarm_loop {
public:
  swarm_loop(const swarm_options& what, peers::socket_loop::address master)
    : options{what}, sockets{{std::move(master), {}}} {
    for (std::int64_t i = 0; i < what.workers; ++i)
      workers_.push_back(std::make_unique<swarm_worker>(what.prefix + std::to_string(i), *this));
  }

  void run() {
    constexpr span tick = std::chrono::milliseconds{20};
    began_ = sockets.now();
    while (!told_to_end && !over()) {
      connect_due();
      sockets.run(tick);
      print_trace();
    }
  }

  json report() const;

  const swarm_options& options;
  const peers::stock_scripts scripts{4096, true};
  peers::socket_loop sockets;
  peers::worker_tally tally;
  measurements measured;
  std::string trouble;                ///< Why the first connection was lost.
  std::vector<peers::command> traced; ///< Not printed yet.

private:
  bool over() const {
    if (options.duration_limit > 0 && in_seconds(sockets.now() - began_) > options.duration_limit)
      return true;
    if (options.commands_limit > 0 && tally.completed >= options.commands_limit)
      return true;
    return std::all_of(workers_.begin(), workers_.end(), [this](const auto& one) {
      return one->leaves && !sockets.is_connected(*one);
    });
  }

  void print_trace() {
    if (traced.empty())
      return;
    for (const auto& one : std::exchange(traced, {})) {
      boost::json::object line;
      line["at"] = in_seconds(one.began);
      line["worker"] = to_json(one.worker);
      line["builder"] = to_json(one.builder);
      line["command"] = to_json(one.name);
      std::puts(print(line).c_str());
    }
    std::fflush(stdout);
  }

  void connect_due() {
    auto now = sockets.now();
    std::int64_t begun = 0;
    for (auto& one : workers_)
      if (!one->leaves && now >= one->connects_at && !sockets.is_connected(*one)
          && begun++ < options.per_tick && !sockets.connect(*one, peers::port::pb))
        one->lost(now);
  }

  span began_{};
  std::vector<std::unique_ptr<swarm_worker>> workers_;
};

swarm_worker::swarm_worker(std::string name, swarm_loop& in)
  : worker{{std::move(name), in.options.password}, *this, in.tally}, in_{in} {}

void swarm_worker::connected(span now) {
  worker::connected(now);
  in_.measured.connections++;
  connected_at_ = now;
  had_command_ = refused_ = false;
  builds_.clear();
}

void swarm_worker::lost(span now) {
  if (in_.trouble.empty())
    in_.trouble = !in_.sockets.trouble().empty() ? in_.sockets.trouble()
                  : refused_                     ? "refused"
                                                 : "closed by the master";
  in_.measured.lost += is_attached();
  worker::lost(now);
  leaves = !in_.options.reconnect;
  connects_at = now + std::chrono::seconds{1};
}

bool swarm_worker::take(std::string_view came, span now) {
  refused_ = !worker::take(came, now);
  return !refused_;
}

void swarm_worker::attached(span now) {
  attached_at_ = now;
  in_.measured.attach_seconds.push_back(in_seconds(now - connected_at_));
}

std::unique_ptr<peers::response> swarm_worker::respond(const peers::command& what,
                                                       const wire::jelly&) {
  if (in_.options.trace)
    in_.traced.push_back(what);
  if (!std::exchange(had_command_, true))
    in_.measured.first_command_seconds.push_back(in_seconds(what.began - attached_at_));
  if (auto build = builds_.extract(what.builder); !build.empty())
    in_.measured.build_to_command_seconds.push_back(in_seconds(what.began - build.mapped()));
  if (what.name == "shell")
    return std::make_unique<peers::printed_response>(what, in_.options.how, *this);
  return std::make_unique<peers::scripted_response>(what, in_.scripts.of(what.name), span{}, 1);
}

void swarm_worker::printed(const peers::conduct&, std::int64_t, std::int64_t bytes) {
  in_.measured.output_bytes += bytes;
}

json percentiles(std::vector<double> all) {
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
  auto passed = in_seconds(sockets.now() - began_);
  boost::json::object out;
  out["workers"] = options.workers;
  out["seconds"] = passed;
  out["connections"] = measured.connections;
  out["attached"] = tally.attached - measured.lost;
  out["refused"] = tally.refused;
  out["lost"] = measured.lost;
  out["builds"] = tally.builds;
  out["commands_started"] = tally.commands;
  out["commands"] = tally.completed;
  out["commands_per_second"] = static_cast<double>(tally.completed) / std::max(passed, 1e-9);
  out["calls_failed"] = tally.calls_failed + tally.refused;
  out["bytes_in"] = sockets.bytes_in();
  out["bytes_out"] = sockets.bytes_out();
  out["output_bytes"] = measured.output_bytes;
  out["attach_seconds"] = percentiles(measured.attach_seconds);
  out["first_command_seconds"] = percentiles(measured.first_command_seconds);
  out["build_to_command_seconds"] = percentiles(measured.build_to_command_seconds);
  out["trouble"] = to_json(trouble);
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
  using namespace troupe;
  using namespace troupe::swarm;
  swarm_options what;
  CLI::App program{"Simulated workers for any PB master"};
  program.add_option("--master", what.master, "HOST:PORT")->required();
  program.add_option("--workers", what.workers, "Number of workers")->check(CLI::Range(1, 100000));
  program.add_option("--name-prefix", what.prefix, "Names are PREFIX0, PREFIX1, …")
      ->capture_default_str();
  program.add_option("--password", what.password, "Password of all workers")->capture_default_str();
  program.add_option("--lines", what.how.lines, "Lines that a shell command prints")
      ->check(CLI::NonNegativeNumber);
  program.add_option("--line-bytes", what.how.line_bytes, "Bytes of each line, with its newline")
      ->check(CLI::Range(1, 65536));
  program.add_option("--rc", what.how.rc, "Exit code of shell commands");
  program.add_option("--duration-limit", what.duration_limit, "Seconds; 0: until interrupted");
  program.add_option("--commands-limit", what.commands_limit, "Ends after so many commands");
  program.add_flag("--trace", what.trace,
                   "Print a line of JSON for each command as it begins, by the monotonic clock");
  program.add_flag("--reconnect", what.reconnect, "Connect again a second after a loss");
  try {
    program.parse(count, message);
  } catch (const CLI::ParseError& problem) {
    return program.exit(problem) == 0 ? 0 : 2;
  }
  std::signal(SIGINT, process_ended);
  std::signal(SIGTERM, process_ended);
  allow_descriptors();
  auto colon = what.master.rfind(':');
  auto master = colon == std::string::npos
                    ? result<peers::socket_loop::address>{failure{errc::invalid, {}}}
                    : peers::find_port(what.master.substr(0, colon), what.master.substr(colon + 1));
  if (!master) {
    std::fprintf(stderr, "troupe-swarm: %s: HOST:PORT expected\n", what.master.c_str());
    return 2;
  }
  swarm_loop loop{what, *master};
  loop.run();
  auto report = loop.report();
  std::puts(print(report).c_str());
  return report.at("connections").as_int64() > 0 ? 0 : 1;
}
