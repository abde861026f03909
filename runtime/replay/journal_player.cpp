#include "runtime/replay/journal_player.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/replay/version_note.hpp"

namespace troupe::runtime {

journal_player::journal_player(const kind_registry& kinds, journal_reader reader,
                               std::string version, const snapshot_limits& limits,
                               replay_notes& notes)
  : kinds_{kinds}, version_{std::move(version)}, notes_{notes},
    cursor_{std::move(reader), version_, notes}, again_{kinds, false}, kept_{limits} {
  point_.latest = instant::min();
  keep_snapshot();
  cursor_.advance();
}

std::optional<divergence> journal_player::play() {
  if (!next())
    return std::nullopt;
  const auto& reader = cursor_.reader();
  if (reader.gap_before())
    again_.forget();
  std::optional<divergence> differs;
  last_message_ = {};
  last_ = next();
  last_version_ = cursor_.next_version();
  auto where = fmt::format("record {} ({} in {})", last_->order, last_->doing, last_->cell);
  try {
    differs = again_.feed(reader.kind(), reader.head(), reader.body());
    last_message_ = again_.last_message();
    if (!again_.unread().empty())
      notes_.add(where + ": " + with_reason(again_.unread(), last_version_, version_));
  } catch (const failed& bad) { // its check was right: the writer was wrong
    notes_.add(fmt::format("{}: {}", where, bad.why().message));
    again_.forget();
  }
  ++point_.position;
  point_.run = last_->run;
  point_.order = last_->order;
  point_.latest = std::max(point_.latest, last_->at);
  keep_snapshot();
  cursor_.advance();
  return differs;
}

void journal_player::keep_snapshot() {
  if (!kept_.due(point_))
    return;
  if (auto states = again_.make_copy())
    kept_.add(
        {point_, cursor_.reader().here(), std::move(*states), last_, last_message_, last_version_});
}

result<void> journal_player::approach(const replay_target& to) {
  const auto* best = kept_.last(to.not_behind);
  if (to.not_behind(point_) && (!best || best->at.position <= point_.position))
    return {};
  if (!best)
    return failure{errc::not_found, "that is before the journal begins"};
  return restore(*best);
}

result<void> journal_player::restore(const snapshot& from) {
  if (auto gone = cursor_.go(from.place, from.at.run); !gone)
    return gone;
  again_.restore(from.states);
  point_ = from.at;
  last_ = from.last;
  last_message_ = from.message;
  last_version_ = from.version;
  return {};
}

// -- what is there --------------------------------------------------------------------------------

std::optional<json> journal_player::state_of(const std::string& path) const {
  auto* cell = again_.find(path);
  return cell ? std::optional{cell->service()->state_json()} : std::nullopt;
}

const service_kind* journal_player::kind_of(const std::string& path) const {
  auto* cell = again_.find(path);
  return cell ? cell->kind() : nullptr;
}

any_message journal_player::coming() const {
  if (!event_comes())
    return {};
  return again_.coming(cursor_.reader().head(), cursor_.reader().body());
}

json journal_player::show(const any_message& what) const {
  if (!what)
    return nullptr;
  decoding_context here{again_.around().paths, kinds_.known_messages()};
  return as_json(what);
}

} // namespace troupe::runtime
