// `troupe sim`: whole masters in one process each, with simulated workers, clients, network and
// disk, from a seed.
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include <fmt/format.h>

#include "tools/sim/busy.hpp"
#include "tools/sim/shrink.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace fs = std::filesystem;

namespace {

using sim::run_report;

result<sim::plan> read_plan(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return failure{errc::not_found, path + ": cannot be read"};
  auto text = parse_json(std::string{std::istreambuf_iterator<char>{in}, {}});
  if (!text)
    return text.error().in(path);
  sim::plan what;
  if (auto read = from_json(what, *text); !read)
    return read.error().in(path);
  return what;
}

result<void> write_plan(const sim::plan& what, const fs::path& path) {
  std::error_code bad;
  fs::create_directories(path.parent_path(), bad);
  std::ofstream out{path};
  out << print(to_json(what)) << "\n";
  out.flush();
  if (!out)
    return failure{errc::io, path.string() + ": cannot be written"};
  return {};
}

std::optional<std::uint64_t> read_seed(std::string_view text) {
  std::uint64_t seed = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (bad != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return seed;
}

/// "7" or "1-1000".
result<std::pair<std::uint64_t, std::uint64_t>> read_seeds(std::string_view text) {
  auto dash = text.find('-');
  auto first = read_seed(text.substr(0, dash));
  auto last = dash == text.npos ? first : read_seed(text.substr(dash + 1));
  if (!first || !last || *first > *last)
    return failure{errc::invalid, fmt::format("--seeds {}: 7 or 1-1000 expected", text)};
  return std::pair{*first, *last};
}

std::string as_line(const run_report& x) {
  return fmt::format("seed {}: {} builds, {} messages, {} lives, {:.0f} s simulated in {:.2f} s, "
                     "hash {:016x}",
                     x.seed, x.builds, x.messages, x.lives, in_seconds(x.simulated),
                     in_seconds(x.took), x.hash);
}

boost::json::object as_object(const run_report& x) {
  boost::json::object out;
  out["troupe_sim"] = 1;
  out["seed"] = x.seed;
  out["hash"] = fmt::format("{:016x}", x.hash);
  out["messages"] = x.messages;
  out["builds"] = x.builds;
  out["commits"] = x.commits;
  out["lives"] = x.lives;
  out["simulated_seconds"] = in_seconds(x.simulated);
  out["seconds"] = in_seconds(x.took);
  boost::json::array wrong;
  for (const auto& one : x.violations)
    wrong.push_back(to_json(one));
  out["violations"] = std::move(wrong);
  return out;
}

class session {
public:
  explicit session(const sim_options& how) : how_{how} {}

  int one_plan(const sim::plan& what) {
    run_report report;
    if (how_.log)
      report = sim::run_plan(what, [](std::string_view line) {
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
      });
    else
      report = sim::run_apart(what, how_.times);
    take(report, what);
    return end();
  }

  int campaign(std::uint64_t first, std::uint64_t last) {
    sim::campaign_options options;
    options.first = first;
    options.last = last;
    options.jobs = how_.jobs;
    options.times = how_.times;
    options.limit = std::chrono::seconds{how_.limit};
    options.failures_max = static_cast<std::size_t>(how_.failures);
    sim::run_campaign(options, [&](const run_report& report) {
      take(report, sim::make_plan(report.seed));
      show_progress(last - first + 1);
    });
    return end();
  }

private:
  void take(const run_report& report, const sim::plan& what) {
    runs_++;
    builds_ += report.builds;
    simulated_ += report.simulated;
    for (std::size_t i = 0; i < std::min(report.seen.size(), sim::situations); ++i)
      seen_.counts()[i] += report.seen[i];
    if (how_.json)
      std::puts(print(json(as_object(report))).c_str());
    else if (how_.verbose || runs_ == 1)
      std::puts(as_line(report).c_str());
    if (report.good())
      return;
    failures_.push_back(report.seed);
    if (!how_.json) {
      fmt::print("FAILED {}\n", as_line(report));
      for (const auto& one : report.violations)
        fmt::print("  {}\n", one);
    }
    std::fflush(stdout);
    if (how_.shrink)
      make_small(report, what);
  }

  void make_small(const run_report& report, const sim::plan& what) {
    auto began = std::chrono::steady_clock::now();
    auto small = sim::shrink(
        what, report, std::chrono::seconds{how_.shrink_limit}, [&](const sim::shrunk& x) {
          if (terminal_)
            fmt::print(stderr, "\rshrinking: {} events, {} tried  ", x.what.events.size(), x.tried);
        });
    if (terminal_)
      fmt::print(stderr, "\n");
    auto path = fs::path{how_.keep}
                / fmt::format("{}-{}.json", sim::kind_of(report.violations[0]), report.seed);
    if (auto kept = write_plan(small.what, path); !kept)
      complain(kept.error().message);
    if (how_.json) {
      boost::json::object out;
      out["troupe_sim"] = 1;
      out["seed"] = report.seed;
      out["shrunk_to_events"] = small.what.events.size();
      out["tried"] = small.tried;
      out["messages_before"] = report.messages;
      out["messages_after"] = small.report.messages;
      std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
      out["seconds"] = took.count();
      out["plan"] = to_json(path.string());
      std::puts(print(json(std::move(out))).c_str());
      return;
    }
    fmt::print("  shrunk from {} events and {} messages to {} and {} ({} tried): {}\n",
               what.events.size(), report.messages, small.what.events.size(), small.report.messages,
               small.tried, path.string());
    for (const auto& one : small.what.events)
      fmt::print("    {:.3f} s +{}: {} {} {} {}\n", in_seconds(one.at), one.turns,
                 names_of(one.what)[static_cast<std::size_t>(one.what)], one.target, one.amount,
                 one.text);
    fmt::print("  {}\n", small.report.violations.at(0));
    std::fflush(stdout);
  }

  void show_progress(std::uint64_t all) {
    auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - shown_ < std::chrono::seconds{1})
      return;
    shown_ = now;
    fmt::print(stderr, "\r{} of {} seeds, {} failed ", runs_, all, failures_.size());
  }

  int end() {
    auto took = in_seconds(std::chrono::steady_clock::now() - began_);
    std::vector<std::string_view> unseen;
    for (std::size_t i = 0; i < sim::situations; ++i)
      if (seen_.counts()[i] == 0)
        unseen.push_back(names_of(sim::situation{})[i]);
    if (how_.json) {
      boost::json::object out;
      out["troupe_sim"] = 1;
      out["seeds"] = runs_;
      out["failed"] = failures_.size();
      out["builds"] = builds_;
      out["simulated_seconds"] = in_seconds(simulated_);
      out["seconds"] = took;
      out["times_real"] = in_seconds(simulated_) / std::max(took, 1e-9);
      boost::json::object counts;
      for (std::size_t i = 0; i < sim::situations; ++i)
        counts[names_of(sim::situation{})[i]] = seen_.counts()[i];
      out["sometimes"] = std::move(counts);
      std::puts(print(json(std::move(out))).c_str());
    } else {
      if (how_.coverage)
        for (std::size_t i = 0; i < sim::situations; ++i)
          fmt::print("{:8} {}\n", seen_.counts()[i], names_of(sim::situation{})[i]);
      fmt::print("{} seeds, {} failed; {} builds in {:.1f} simulated hours; {:.1f} s\n", runs_,
                 failures_.size(), builds_, in_seconds(simulated_) / 3600, took);
      if (how_.coverage && !unseen.empty())
        fmt::print("never seen: {}\n", fmt::join(unseen, ", "));
    }
    return failures_.empty() && (!how_.coverage || unseen.empty()) ? done : failed_status;
  }

  const sim_options& how_;
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), shown_ = began_;
  std::int64_t runs_ = 0, builds_ = 0;
  span simulated_{};
  sim::sometimes seen_;
  std::vector<std::uint64_t> failures_;
};

} // namespace

int simulate(const sim_options& how) {
  session here{how};
  if (!how.plan.empty()) {
    auto what = read_plan(how.plan);
    return what ? here.one_plan(*what) : complain(what.error().message);
  }
  if (how.busy > 0) {
    sim::busy_day day;
    day.hours = how.busy;
    return here.one_plan(sim::make_busy_plan(day));
  }
  auto seeds = read_seeds(how.seeds);
  if (!seeds) {
    complain(seeds.error().message);
    return usage_status;
  }
  auto [first, last] = *seeds;
  if (how.show_plan) {
    std::puts(print(to_json(sim::make_plan(first))).c_str());
    return done;
  }
  if (how.log)
    return here.one_plan(sim::make_plan(first));
  return here.campaign(first, last);
}

} // namespace troupe::tool
