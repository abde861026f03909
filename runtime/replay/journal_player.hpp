// Plays a journal record by record, and goes back by snapshots of all states. It stands between two
// records: the last one has been played, the next one has not.
#pragma once

#include <string>

#include "runtime/replay/journal_cursor.hpp"
#include "runtime/replay/replay_target.hpp"
#include "runtime/replay/snapshots.hpp"
#include "runtime/replay/stop_conditions.hpp"

namespace troupe::runtime {

class journal_player final : public visible_states {
public:
  /// `version` is that of the program that plays; `kinds` and `notes` outlive it.
  journal_player(const kind_registry& kinds, journal_reader reader, std::string version,
                 const snapshot_limits& limits, replay_notes& notes);

  // -- ways ---------------------------------------------------------------------------------------
  /// Plays the record that comes, if one does.
  std::optional<divergence> play();
  /// Goes to the last snapshot before `to`, if that is nearer or `to` is behind. Refused: not_found
  /// (that is before the journal), or as `journal_reader::go`.
  result<void> approach(const replay_target& to);
  bool reached(const replay_target& to) const { return to.reached(point_, cursor_.next()); }

  // -- where it stands ----------------------------------------------------------------------------
  const replay_point& at() const noexcept { return point_; }
  const std::optional<record_view>& last() const noexcept { return last_; }
  const std::optional<record_view>& next() const noexcept { return cursor_.next(); }
  /// Of the next record, or of the last one if there is none.
  std::uint64_t run_at_hand() const noexcept { return next() ? next()->run : point_.run; }
  /// Of the program that wrote the last record.
  const std::string& last_version() const noexcept { return last_version_; }

  // -- what is there ------------------------------------------------------------------------------
  std::vector<std::string> paths() const override { return again_.known(); }
  std::optional<json> state_of(const std::string& path) const override;
  /// Null if the service is not known.
  const service_kind* kind_of(const std::string& path) const;
  /// What the last record took; empty if that is not known.
  const any_message& last_message() const noexcept { return last_message_; }
  bool event_comes() const noexcept { return cursor_.event_comes(); }
  /// What the next record takes; empty if that is not known.
  any_message coming() const;
  json show(const any_message& what) const;

  /// Whether differences to the record are looked for.
  void check(bool wanted) noexcept { again_.check(wanted); }
  bool checks() const noexcept { return again_.checks(); }
  std::size_t snapshots_kept() const noexcept { return kept_.count(); }

private:
  void keep_snapshot();
  result<void> restore(const snapshot& from);

  const kind_registry& kinds_;
  std::string version_;
  replay_notes& notes_;
  journal_cursor cursor_;
  mutable replay again_; ///< Asking what is there changes nothing.
  snapshots kept_;
  replay_point point_;
  std::optional<record_view> last_;
  any_message last_message_;
  std::string last_version_;
};

} // namespace troupe::runtime
