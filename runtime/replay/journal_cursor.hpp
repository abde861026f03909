// Reads a journal for a replay that goes back and forth: the record that comes next, as people see
// it, and the run of the program in which it is.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "runtime/journal/journal_reader.hpp"
#include "runtime/replay/record_view.hpp"
#include "runtime/replay/replay_notes.hpp"

namespace troupe::runtime {

class journal_cursor {
public:
  /// Nothing is read yet. `version` is that of the program that replays; `notes`, which outlives
  /// it, hears of other versions and of damage.
  journal_cursor(journal_reader reader, std::string version, replay_notes& notes);

  /// Reads the next record.
  void advance();
  /// Goes to a place behind a record of `run` (0: before the first one), and reads what comes.
  /// Refused as `journal_reader::go`.
  result<void> go(const journal_reader::place& to, std::uint64_t run);

  /// The record that was read; nothing at the end.
  const std::optional<record_view>& next() const noexcept { return next_; }
  bool event_comes() const noexcept { return next_ && reader_.kind() == record_kind::event; }
  /// Of the program that wrote it.
  const std::string& next_version() const noexcept { return next_version_; }
  /// Stands behind that record, and has its content.
  const journal_reader& reader() const noexcept { return reader_; }

private:
  journal_reader reader_;
  std::string version_;
  replay_notes& notes_;
  std::optional<record_view> next_;
  std::string next_version_;
  std::uint64_t run_ = 0; ///< Of the record that was read last.
  std::optional<std::pair<instant, std::int64_t>> run_mark_;
};

} // namespace troupe::runtime
