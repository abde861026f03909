#include "tools/sim/at_rest.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::sim {

using runtime::cell_phase;

namespace {

constexpr std::size_t cells_max = 1'000'000;

} // namespace

bool is_unplanned_failure(std::string_view line) {
  auto says = [&](std::string_view part) { return line.find(part) != std::string_view::npos; };
  return says(" failed in ") && !says("lost its worker") && !says(injected_failure);
}

bool is_build(std::string_view path) {
  return path.starts_with("/botmaster/builders/") && std::count(path.begin(), path.end(), '/') == 4;
}

void check_all_ended(const ledger& book, const std::function<std::string(std::int64_t)>& why,
                     const violation_listener& report) {
  for (auto id : book.open_requests())
    report({invariant::all_ends, fmt::format("request {} of {} is open for ever{}", id,
                                             book.builder_name(book.requests().at(id).builder),
                                             why ? ": " + why(id) : std::string{})});
  for (const auto& [id, one] : book.builds())
    if (!one.complete_at)
      report({invariant::all_ends, fmt::format("build {}/{} runs for ever",
                                               book.builder_name(one.builder), one.number)});
  std::set<std::int64_t> waiting_sets; // for a builder that is not configured
  for (const auto& [id, one] : book.requests())
    if (!one.complete && !book.is_configured(one))
      waiting_sets.insert(one.buildset.value);
  for (const auto& [id, one] : book.buildsets())
    if (!one.complete && !waiting_sets.contains(id))
      report({invariant::all_ends, fmt::format("buildset {} is open for ever", id)});
  for (const auto& [id, one] : book.steps())
    if (one.started_at && !one.complete_at)
      report({invariant::all_ends, fmt::format("step {} ({}) runs for ever", id, one.name)});
  for (const auto& [id, one] : book.logs())
    if (!one.complete)
      report({invariant::all_ends, fmt::format("log {} is open for ever", id)});
  for (const auto& [builder, numbers] : book.numbers())
    if (*numbers.begin() != 1 || *numbers.rbegin() != std::ssize(numbers))
      report({invariant::builds_are_numbered, fmt::format("{} has {} builds, the last is number {}",
                                                          book.builder_name(builder_id{builder}),
                                                          numbers.size(), *numbers.rbegin())});
}

void check_cells_rest(const runtime::directory& paths, const violation_listener& report) {
  for (const auto& port : paths.walk("/", {}, cells_max).ports) {
    auto phase = port->phase.load();
    if (phase != cell_phase::running)
      report({invariant::tree_is_whole,
              fmt::format("{} is {}", port->path(),
                          names_of(phase)[static_cast<std::size_t>(phase)])});
    else if (port->depth > 0)
      report({invariant::tree_is_whole,
              fmt::format("{} messages wait for {}", port->depth.load(), port->path())});
  }
}

void check_nothing_held(const json& locks, const runtime::directory& paths,
                        const violation_listener& report) {
  auto* table = locks.is_object() ? locks.as_object().if_contains("table") : nullptr;
  for (auto key : {"held", "waiting"}) {
    auto* parties = table && table->is_object() ? table->as_object().if_contains(key) : nullptr;
    if (!parties || !parties->is_array())
      report({invariant::nothing_is_held, "the locks do not show who has them"});
    else if (!parties->as_array().empty())
      report({invariant::nothing_is_held, fmt::format("locks {}: {}", key, print(*parties))});
  }
  for (const auto& port : paths.walk("/botmaster/builders", {}, cells_max, 2).ports)
    if (is_build(port->path()))
      report({invariant::nothing_is_held, port->path() + " is still there"});
}

void check_nothing_stored(const ledger& book, const violation_listener& report) {
  for (const auto& [key, path] : book.states())
    if (path.starts_with("/botmaster/") && path != "/botmaster/locks")
      report({invariant::nothing_is_held, fmt::format("a state of {} is still stored", path)});
}

} // namespace troupe::sim
