#include "tools/players/timeline.hpp"

#include <algorithm>

#include "tools/sim/dice.hpp"

namespace troupe::players {

namespace {

/// All copies begin within this time.
constexpr span spread_max = std::chrono::minutes{1};

} // namespace

std::string copied_name(const std::string& name, std::int64_t copy) {
  return copy == 1 ? name : name + "." + std::to_string(copy);
}

wire::jelly copied_change(const wire::jelly& what, std::int64_t copy) {
  if (copy == 1)
    return what;
  auto pairs = what.pairs();
  for (auto& [key, value] : pairs)
    if (auto* name = key.as_text(); name && *name == "revision")
      if (auto* revision = value.as_text(); revision && !revision->empty())
        value = wire::jelly::text(*revision + "~" + std::to_string(copy));
  return wire::jelly::dictionary(std::move(pairs));
}

span at_speed(span recorded, double speed) {
  return span{static_cast<std::int64_t>(static_cast<double>(recorded.count()) / speed)};
}

std::vector<scheduled_event> make_timeline(const recording& of, const timeline_options& how) {
  sim::dice prng{how.seed * 0x9e3779b97f4a7c15ULL + 1};
  auto spread = std::min(at_speed(of.length, how.speed), spread_max);
  std::vector<scheduled_event> all;
  for (std::int64_t copy = 1; copy <= how.copies; ++copy) {
    auto begin = copy == 1 ? span{} : span{prng.from(0, spread.count())};
    auto add = [&](span at, event_kind what, const std::string& worker, std::size_t index) {
      all.push_back({begin + at_speed(at, how.speed), what, copy, worker, index});
    };
    for (const auto& [name, one] : of.workers)
      for (std::size_t i = 0; i < one.presences.size(); ++i) {
        const auto& presence = one.presences[i];
        // A worker that the master dropped reconnects by itself.
        if (i == 0 || one.presences[i - 1].until)
          add(presence.from, event_kind::attach, name, i);
        if (presence.until)
          add(*presence.until, event_kind::leave, name, i);
      }
    for (std::size_t i = 0; i < of.changes.size(); ++i)
      add(of.changes[i].at, event_kind::change, {}, i);
    for (std::size_t i = 0; i < of.lines.size(); ++i)
      add(of.lines[i].at, event_kind::line, {}, i);
  }
  for (std::size_t i = 1; i < of.settings.size(); ++i)
    all.push_back({at_speed(of.settings[i].at, how.speed), event_kind::reconfigure, 1, {}, i});
  std::stable_sort(all.begin(), all.end(),
                   [](const scheduled_event& a, const scheduled_event& b) { return a.at < b.at; });
  return all;
}

model::master copied_setting(model::master from, std::int64_t copies, const std::string& password) {
  auto originals = std::exchange(from.workers, {});
  for (auto& one : originals) {
    one.set("password", to_json(password));
    for (std::int64_t copy = 1; copy <= copies; ++copy) {
      from.workers.push_back(one);
      from.workers.back().set("name", to_json(copied_name(one.name(), copy)));
    }
  }
  for (auto& one : from.change_source)
    one.set("passwd", to_json(password));
  for (auto& one : from.builders) {
    boost::json::array names;
    for (const auto& name : one.given("workernames")->get_array())
      for (std::int64_t copy = 1; copy <= copies; ++copy)
        names.push_back(to_json(copied_name(std::string{model::as_text(name)}, copy)));
    one.set("workernames", std::move(names));
  }
  for (auto& one : from.locks) {
    auto* given = one.given("maxCountForWorker");
    if (!given)
      continue;
    auto counts = given->get_object();
    for (const auto& [name, count] : given->get_object())
      for (std::int64_t copy = 2; copy <= copies; ++copy)
        counts[copied_name(std::string{name}, copy)] = count;
    one.set("maxCountForWorker", std::move(counts));
  }
  return from;
}

} // namespace troupe::players
