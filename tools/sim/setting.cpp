// The configurations of simulated masters.
#include <fmt/format.h>

#include "tools/sim/dice.hpp"
#include "tools/sim/plan.hpp"

namespace troupe::sim {

namespace {

std::string_view boolean(bool x) {
  return x ? "true" : "false";
}

std::string quoted(const std::string& x) {
  return '"' + x + '"';
}

template <class All, class Word>
std::string listed(const All& all, const Word& word) {
  std::string out;
  for (const auto& one : all)
    out += (out.empty() ? "" : ", ") + word(one);
  return out;
}

std::string access(const std::string& lock, bool counting) {
  return lock.empty() ? ""
                      : fmt::format("{}:access(\"{}\")", lock, counting ? "counting" : "exclusive");
}

} // namespace

// The differences are small, so that reconcile must keep most of the tree.
setting variant(setting from, std::int64_t number) {
  if (number == 0)
    return from;
  dice prng{static_cast<std::uint64_t>(number)};
  auto differences = prng.from(1, 3);
  for (std::int64_t i = 0; i < differences; ++i) {
    auto which = static_cast<std::size_t>(prng.draw());
    auto& builder = from.builders[which % from.builders.size()];
    switch (prng.from(0, 7)) {
    case 0:
      from.workers[which % from.workers.size()].max_builds = prng.from(1, 4);
      break;
    case 1:
      if (from.builders.size() > 1)
        from.builders.erase(from.builders.begin()
                            + static_cast<std::ptrdiff_t>(which % from.builders.size()));
      break;
    case 2: {
      auto more = builder;
      more.name = fmt::format("extra{}", prng.from(0, 2));
      if (std::none_of(from.builders.begin(), from.builders.end(),
                       [&](const auto& one) { return one.name == more.name; }))
        from.builders.push_back(std::move(more));
      break;
    }
    case 3:
      builder.collapse = !builder.collapse;
      break;
    case 4:
      builder.steps.push_back(
          {fmt::format("more{}", builder.steps.size()), false, true, false, false, "", true});
      break;
    case 5:
      if (!from.locks.empty())
        from.locks[which % from.locks.size()].max_count = prng.from(1, 3);
      break;
    case 6:
      builder.lock.clear();
      break;
    default:
      builder.steps.front().halt_on_failure = !builder.steps.front().halt_on_failure;
      break;
    }
  }
  return from;
}

std::string as_lua(const setting& what) {
  std::string out = "local c = BuildmasterConfig\n"
                    "c.protocols = { pb = { port = 9989 } }\n"
                    "c.journal = false\n"
                    "c.change_source = { changes.PBChangeSource{ } }\n"
                    "c.workers = {\n";
  for (const auto& one : what.workers)
    out += fmt::format("  worker.Worker{{ \"{}\", \"pass\", max_builds = {} }},\n", one.name,
                       one.max_builds);
  out += "}\n";
  for (const auto& one : what.locks)
    out += fmt::format("local {0} = util.{1}{{ \"{0}\", maxCount = {2} }}\n", one.name,
                       one.of_master ? "MasterLock" : "WorkerLock", one.max_count);
  out += "c.builders = {}\n";
  for (const auto& one : what.builders) {
    out += "do\n  local f = util.BuildFactory{}\n";
    for (const auto& step : one.steps)
      out += fmt::format("  f:addStep(steps.ShellCommand{{ name = \"{}\", command = \"x\", "
                         "haltOnFailure = {}, flunkOnFailure = {}, warnOnFailure = {}, "
                         "alwaysRun = {}, locks = {{ {} }} }})\n",
                         step.name, boolean(step.halt_on_failure), boolean(step.flunk_on_failure),
                         boolean(step.warn_on_failure), boolean(step.always_run),
                         access(step.lock, step.counting));
    out += fmt::format("  table.insert(c.builders, util.BuilderConfig{{ name = \"{}\", "
                       "workernames = {{ {} }}, factory = f, collapseRequests = {}, "
                       "locks = {{ {} }} }})\nend\n",
                       one.name, listed(one.workers, quoted), boolean(one.collapse),
                       access(one.lock, one.counting));
  }
  auto all = listed(what.builders, [](const auto& one) { return quoted(one.name); });
  out += "c.schedulers = {\n";
  out += fmt::format(
      "  schedulers.ForceScheduler{{ name = \"force\", builderNames = {{ {} }} }},\n", all);
  for (const auto& one : what.schedulers) {
    std::vector<planned_builder> its;
    for (const auto& builder : what.builders)
      if (builder.scheduler == one.name)
        its.push_back(builder);
    if (its.empty())
      continue;
    out += fmt::format(
        "  schedulers.{}{{ name = \"{}\", builderNames = {{ {} }}{}{} }},\n",
        one.branch.empty() ? "AnyBranchScheduler" : "SingleBranchScheduler", one.name,
        listed(its, [](const auto& x) { return quoted(x.name); }),
        one.branch.empty()
            ? ""
            : fmt::format(", change_filter = util.ChangeFilter{{ branch = \"{}\" }}", one.branch),
        one.stable_timer < 0 ? "" : fmt::format(", treeStableTimer = {}", one.stable_timer));
  }
  return out + "}\n";
}

} // namespace troupe::sim
