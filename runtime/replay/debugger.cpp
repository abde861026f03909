#include "runtime/replay/debugger.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/observation/field_match.hpp"
#include "runtime/replay/version_note.hpp"

namespace troupe::runtime {

namespace {

/// Records between two looks at whether to stop.
constexpr std::uint64_t stop_asked_every = 256;

/// " (is it NEAREST?)", if there is one.
template <class Names>
std::string is_it(std::string_view word, const Names& known) {
  auto close = nearest(word, known);
  return close.empty() ? std::string{} : fmt::format("; is it {}?", close);
}

/// Of a message as it is shown; null if it has none.
json fields_of(const json& shown) {
  const auto* parts = shown.if_object();
  const auto* fields = parts ? parts->if_contains("fields") : nullptr;
  return fields ? *fields : json(nullptr);
}

} // namespace

result<std::unique_ptr<debugger>> debugger::open(const std::string& journal,
                                                 const kind_registry& kinds, std::string version,
                                                 const snapshot_limits& limits) {
  auto reader = journal_reader::open(journal);
  if (!reader)
    return reader.error();
  return std::unique_ptr<debugger>{
      new debugger{kinds, journal, std::move(*reader), std::move(version), limits}};
}

debugger::debugger(const kind_registry& kinds, const std::string& journal, journal_reader reader,
                   std::string version, const snapshot_limits& limits)
  : version_{std::move(version)}, player_{kinds, std::move(reader), version_, limits, notes_},
    causes_{journal, kinds} {}

// -- ways ----------------------------------------------------------------------------------------

replay_stop debugger::run(const replay_target& to, const interrupt& stop) {
  stops_.watch_from(player_);
  if (player_.at().position == 0 && !std::exchange(began_at_break_, true))
    if (auto number = find_break())
      return stopped(stop_reason::breakpoint, *number);
  for (std::uint64_t played = 0; !at_end() && !player_.reached(to); ++played) {
    if (stop && played % stop_asked_every == 0 && stop())
      return stopped(stop_reason::interrupted);
    auto differs = player_.play();
    auto changed = stops_.changed(player_.last()->cell, player_);
    if (differs && checks()) {
      if (auto reason = version_reason(player_.last_version(), version_); !reason.empty())
        notes_.add(fmt::format("record {} differs, {}", player_.last()->order, reason));
      auto here = stopped(stop_reason::divergence);
      here.differs = std::move(differs);
      return here;
    }
    if (changed) {
      auto here = stopped(stop_reason::watch, changed->number);
      here.changed = std::move(changed);
      return here;
    }
    if (auto number = find_break())
      return stopped(stop_reason::breakpoint, *number);
  }
  return stopped(player_.reached(to) ? stop_reason::arrived : stop_reason::end);
}

result<replay_stop> debugger::move(const replay_target& to, const interrupt& stop) {
  if (auto gone = player_.approach(to); !gone)
    return gone.error();
  for (std::uint64_t played = 0; !at_end() && !player_.reached(to); ++played) {
    if (stop && played % stop_asked_every == 0 && stop())
      return stopped(stop_reason::interrupted);
    player_.play();
  }
  return stopped(player_.reached(to) ? stop_reason::arrived : stop_reason::end);
}

std::optional<std::int64_t> debugger::find_break() {
  if (!player_.event_comes())
    return std::nullopt;
  const auto& next = *player_.next();
  return stops_.reached(next.cell, next.doing,
                        [this] { return fields_of(player_.show(player_.coming())); });
}

replay_stop debugger::step(std::uint64_t records, const interrupt& stop) {
  return run(to_position(player_.at().position + records), stop);
}

replay_stop debugger::go_on(const interrupt& stop) {
  return run(to_end(), stop);
}

result<replay_stop> debugger::until(std::uint64_t order, const interrupt& stop) {
  auto run_at_hand = player_.run_at_hand();
  if (player_.at().run == run_at_hand && order <= player_.at().order)
    return failure{errc::invalid,
                   fmt::format("record {} is past; goto {} goes back to it", order, order)};
  return run(to_order(run_at_hand, order), stop);
}

result<replay_stop> debugger::until(instant when, const interrupt& stop) {
  auto to = to_time(when);
  if (player_.reached(to) || !to.not_behind(player_.at()))
    return failure{errc::invalid,
                   fmt::format("{} is past; goto {} goes back", as_iso(when), as_iso(when))};
  return run(to, stop);
}

result<replay_stop> debugger::back(std::uint64_t records, const interrupt& stop) {
  auto position = player_.at().position;
  if (position == 0)
    return failure{errc::invalid, "this is the beginning of the journal"};
  return move(to_position(position - std::min(records, position)), stop);
}

result<replay_stop> debugger::go_to(std::uint64_t order, const interrupt& stop) {
  return move(to_order(player_.run_at_hand(), order), stop);
}

result<replay_stop> debugger::go_to(instant when, const interrupt& stop) {
  return move(to_time(when), stop);
}

// -- what is here --------------------------------------------------------------------------------

replay_stop debugger::where() {
  return stopped(at_end() ? stop_reason::end : stop_reason::arrived);
}

replay_stop debugger::stopped(stop_reason why, std::int64_t number) {
  replay_stop here;
  here.why = why;
  here.position = player_.at().position;
  here.last = player_.last();
  here.next = player_.next();
  here.breakpoint = number;
  here.notes = notes_.take_new();
  return here;
}

result<json> debugger::state(const std::string& path, const std::string& field) const {
  auto all = player_.state_of(path);
  if (!all)
    return failure{errc::not_found, fmt::format("{}: its state is not known here{}", path,
                                                is_it(path, player_.paths()))};
  if (field.empty())
    return *all;
  if (const auto* found = find_field(*all, field))
    return json(*found);
  std::vector<std::string> names;
  for (const auto& one : all->as_object())
    names.emplace_back(one.key());
  return failure{errc::not_found,
                 fmt::format("{} has no field {}{}", path, field, is_it(field, names))};
}

std::vector<std::pair<std::string, std::string>> debugger::tree() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& path : player_.paths())
    all.emplace_back(path, player_.kind_of(path)->name);
  return all;
}

result<message_view> debugger::message(bool taken) const {
  const auto& record = taken ? player_.last() : player_.next();
  if (!record)
    return failure{errc::not_found, taken ? "nothing has been played yet; step plays a record"
                                          : "this is the end of the journal; message last shows "
                                            "what was taken last"};
  auto what = taken ? player_.last_message() : player_.coming();
  return message_view{*record, taken, static_cast<bool>(what), player_.show(what)};
}

result<std::vector<chain_link>> debugger::cause(std::uint64_t order, const interrupt& stop) {
  const auto& last = player_.last();
  if (order == 0 && (!last || last->kind != "event"))
    return failure{errc::not_found, "the last record is no event; cause RECORD names one"};
  auto asked = order != 0 ? order : last->order;
  auto links = causes_.find(asked, player_.at().position, stop);
  if (links && last && last->order == asked)
    for (auto& one : *links)
      if (one.order == asked)
        one.message = player_.show(player_.last_message());
  return links;
}

} // namespace troupe::runtime
