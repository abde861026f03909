#include "tools/sim/shrink.hpp"

#include <algorithm>

namespace troupe::sim {

namespace {

class shrinker {
public:
  shrinker(shrunk from, std::chrono::seconds limit, const std::function<void(const shrunk&)>& told)
    : best_{std::move(from)}, kind_{kind_of(best_.report.violations.at(0))},
      times_{kind_ == "same_again" ? 2 : 1}, end_{std::chrono::steady_clock::now() + limit},
      told_{told} {}

  shrunk run() {
    cut_end();
    simplify();
    for (std::size_t before = 0; before != size() && !over();) {
      before = size();
      drop_events();
      drop_parts();
    }
    settle_events();
    return best_;
  }

private:
  bool over() const { return std::chrono::steady_clock::now() >= end_; }
  std::size_t size() const {
    const auto& x = best_.what.configured;
    return best_.what.events.size() + x.workers.size() + x.builders.size() + x.schedulers.size()
           + x.locks.size();
  }

  bool still_fails(plan candidate) {
    if (over() || candidate == best_.what)
      return false;
    best_.tried++;
    // A candidate gets little more time than the plan needed to fail.
    auto patience =
        std::chrono::seconds{20} + std::chrono::ceil<std::chrono::seconds>(3 * best_.report.took);
    auto report = run_apart(candidate, times_, patience);
    if (report.violations.empty() || kind_of(report.violations[0]) != kind_)
      return false;
    best_.what = std::move(candidate);
    best_.report = std::move(report);
    if (told_)
      told_(best_);
    return true;
  }

  template <class Change>
  bool attempt(const Change& change) {
    auto candidate = best_.what;
    change(candidate);
    return still_fails(std::move(candidate));
  }

  /// Removes the events after the failure.
  void cut_end() {
    attempt([&](plan& x) {
      auto done = std::min(x.events.size(), static_cast<std::size_t>(best_.report.events_done));
      x.events.resize(done);
      if (!x.events.empty())
        x.faults_end = std::min(x.faults_end, x.events.back().at + std::chrono::seconds{5});
    });
  }

  void simplify() {
    attempt([](plan& x) {
      x.shuffled = false;
      x.network = {};
    });
    attempt([](plan& x) { x.shuffled = false; });
    attempt([](plan& x) { x.network = {}; });
    attempt([](plan& x) {
      for (auto& one : x.configured.workers)
        one.mischievous = one.failing = 0;
    });
    attempt([](plan& x) {
      for (auto& one : x.configured.workers)
        one.lines_max = std::min<std::int64_t>(one.lines_max, 2);
    });
    attempt([](plan& x) {
      for (auto& one : x.configured.workers)
        one.seconds_max = std::min<std::int64_t>(one.seconds_max, 5);
    });
  }

  /// Leaves out halves, quarters, … single events.
  void drop_events() {
    for (auto part = std::max<std::size_t>(1, best_.what.events.size() / 2); !over();
         part = std::max<std::size_t>(1, part / 2)) {
      bool any = false;
      for (std::size_t from = best_.what.events.size(); from > 0 && !over();) {
        auto to = from;
        from = from > part ? from - part : 0;
        any = attempt([&](plan& x) {
                x.events.erase(x.events.begin() + static_cast<std::ptrdiff_t>(from),
                               x.events.begin() + static_cast<std::ptrdiff_t>(to));
              })
              || any;
        from = std::min(from, best_.what.events.size());
      }
      if (part == 1 && !any)
        return;
    }
  }

  template <class Part>
  void drop_each(Part part) {
    for (auto i = std::size((best_.what.configured.*part)); i-- > 0 && !over();)
      attempt([&](plan& x) {
        auto& all = x.configured.*part;
        if (all.size() < 2 && !std::is_same_v<Part, decltype(&setting::locks)>)
          return;
        auto name = all[i].name;
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
        forget(x, name);
      });
  }

  /// Removes events whose target is gone.
  static void forget(plan& x, const std::string& name) {
    for (auto& builder : x.configured.builders) {
      std::erase(builder.workers, name);
      if (builder.workers.empty() && !x.configured.workers.empty())
        builder.workers.push_back(x.configured.workers[0].name);
      if (builder.lock == name)
        builder.lock.clear();
      if (builder.scheduler == name)
        builder.scheduler = x.configured.schedulers[0].name;
      for (auto& step : builder.steps)
        if (step.lock == name)
          step.lock.clear();
    }
  }

  void drop_parts() {
    drop_each(&setting::builders);
    drop_each(&setting::workers);
    drop_each(&setting::schedulers);
    drop_each(&setting::locks);
    for (std::size_t i = 0; i < best_.what.configured.builders.size(); ++i)
      for (auto step = best_.what.configured.builders[i].steps.size(); step-- > 1 && !over();)
        attempt([&](plan& x) {
          auto& steps = x.configured.builders[i].steps;
          steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(step));
        });
  }

  /// Lets events happen between messages if they fail the same way.
  void settle_events() {
    for (std::size_t i = 0; i < best_.what.events.size() && !over(); ++i)
      attempt([&](plan& x) { x.events[i].turns = 0; });
  }

  shrunk best_;
  std::string kind_;
  int times_;
  std::chrono::steady_clock::time_point end_;
  const std::function<void(const shrunk&)>& told_;
};

} // namespace

std::string kind_of(const std::string& violation) {
  return violation.substr(0, violation.find(':'));
}

shrunk shrink(const plan& failing, const run_report& report, std::chrono::seconds limit,
              const std::function<void(const shrunk&)>& told) {
  return shrinker{{failing, report, 0}, limit, told}.run();
}

} // namespace troupe::sim
