#include "actors/build_master/health_view.hpp"

#include <fmt/format.h>

#include "storage/json.hpp"

namespace troupe::master {

namespace {

enum class colour { green, yellow, red };
constexpr std::array<std::string_view, 3> names{"green", "yellow", "red"};

constexpr std::size_t paths_named = 5;
constexpr auto lately = std::chrono::minutes{1};

std::string some_of(const std::vector<std::string>& paths) {
  std::string out;
  for (std::size_t i = 0; i < std::min(paths.size(), paths_named); ++i)
    out += (i ? ", " : "") + paths[i];
  if (paths.size() > paths_named)
    out += fmt::format(" and {} more", paths.size() - paths_named);
  return out;
}

class report {
public:
  void add(std::string_view check, colour how, const std::string& message) {
    worst_ = std::max(worst_, how);
    checks_.push_back(
        boost::json::object{{"check", to_json(std::string{check})},
                            {"status", to_json(std::string{names[static_cast<std::size_t>(how)]})},
                            {"message", to_json(message)}});
  }
  json take() {
    return boost::json::object{
        {"status", to_json(std::string{names[static_cast<std::size_t>(worst_)]})},
        {"checks", std::move(checks_)}};
  }

private:
  colour worst_ = colour::green;
  boost::json::array checks_;
};

void check_handlers(const health_facts& facts, report& out) {
  if (facts.stuck.empty()) {
    out.add("handlers", colour::green, "all return");
    return;
  }
  std::string message;
  for (const auto& one : facts.stuck)
    message += fmt::format("{}{} has been handling {} for {:.1f} s", message.empty() ? "" : "; ",
                           one.path, one.handling, in_seconds(one.since));
  out.add("handlers", colour::red, message);
}

void check_services(const health_facts& facts, report& out) {
  if (!facts.down.empty())
    out.add("services", colour::red, "not running: " + some_of(facts.down));
  else if (!facts.suspended.empty())
    out.add("services", colour::yellow, "suspended: " + some_of(facts.suspended));
  else
    out.add("services", colour::green, "all run");
  if (!facts.deep.empty())
    out.add("mailboxes", colour::yellow,
            fmt::format("{} or more messages wait: {}", deep_mailbox, some_of(facts.deep)));
  else
    out.add("mailboxes", colour::green, "nobody is far behind");
  std::vector<std::string> failed;
  for (const auto& one : facts.failures)
    if (facts.now - one.at < lately)
      failed.push_back(one.path);
  if (failed.empty())
    out.add("failures", colour::green, "none within a minute");
  else
    out.add("failures", colour::yellow, "within a minute: " + some_of(failed));
}

void check_store(const health_facts& facts, report& out) {
  auto percent = facts.store_bytes_max ? 100 * facts.store_bytes / facts.store_bytes_max : 0;
  auto fill = fmt::format("{} % of the map used", percent);
  if (!facts.store_answers)
    out.add("store", colour::red, "its writer does not answer");
  else if (!facts.store_trouble.empty())
    out.add("store", colour::red, "the last commit failed: " + facts.store_trouble);
  else
    out.add("store",
            percent >= 95   ? colour::red
            : percent >= 80 ? colour::yellow
                            : colour::green,
            fill);
}

// The master works without it: never red.
void check_journal(const health_facts& facts, report& out) {
  if (!facts.journal)
    return;
  const auto& journal = *facts.journal;
  auto of_late = [&](instant at) { return at != instant{} && facts.now - at < lately; };
  constexpr auto behind = static_cast<std::int64_t>(runtime::unwritten_frames_max / 2);
  if (!journal.trouble.empty())
    out.add("journal", colour::yellow, "it cannot be written: " + journal.trouble);
  else if (!journal.on)
    out.add("journal", colour::green, "switched off");
  else if (of_late(journal.lost_at))
    out.add("journal", colour::yellow,
            fmt::format("records were lost within a minute, {} in all: what writes them was too "
                        "slow, or could not",
                        journal.lost));
  else if (journal.unwritten_bytes >= behind)
    out.add("journal", colour::yellow,
            fmt::format("{} MiB wait to be written: recording falls behind",
                        journal.unwritten_bytes >> 20));
  else if (of_late(journal.dropped_at))
    out.add("journal", colour::yellow,
            "within a minute, more came in than is recorded: some of it is left out");
  else
    out.add("journal", colour::green, "all is recorded");
}

void check_configuration(const health_facts& facts, report& out) {
  using enum records::reconfiguration_outcome;
  const auto& last = facts.last_reconfiguration;
  if (last && (last->outcome == refused || last->outcome == rolled_back))
    out.add("configuration", colour::yellow,
            fmt::format("the last reconfiguration was not taken: {}", last->message));
  else
    out.add("configuration", colour::green, "as it was last loaded");
}

} // namespace

void health_facts::look_at(const runtime::port& one) {
  auto phase = one.phase.load();
  if (phase == runtime::cell_phase::parked || phase == runtime::cell_phase::starting)
    down.push_back(one.path());
  else if (phase == runtime::cell_phase::suspended)
    suspended.push_back(one.path());
  if (one.depth.load() >= deep_mailbox)
    deep.push_back(one.path());
}

json health_view(const health_facts& facts) {
  report out;
  check_handlers(facts, out);
  check_services(facts, out);
  check_store(facts, out);
  check_journal(facts, out);
  check_configuration(facts, out);
  return out.take();
}

} // namespace troupe::master
