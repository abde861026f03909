// RECORDER: writes the journal of a system to the default ring, or, for an investigation, to
// another ring, whose beginning is kept. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/journal/segment_writer.hpp"
#include "runtime/log.hpp"

namespace troupe::runtime {

/// How the recording goes, for people.
struct recording_view {
  bool on = false;
  std::string folder;
  std::string trouble; ///< Why nothing can be written; empty if all is well.
  std::int64_t records = 0;
  std::int64_t raw_bytes = 0;
  std::int64_t written_bytes = 0; ///< Compressed; since this recording began.
  std::int64_t unwritten_bytes = 0;
  std::int64_t lost = 0; ///< Records.
  instant lost_at;       ///< The last of them.
  instant dropped_at;    ///< When more came in than is recorded, the last time.
  std::int64_t segments = 0;
  std::int64_t segment_bytes = 0; ///< Of all segments in the folder.
  instant began;
  ring_limits limits;
  TROUPE_FIELDS(on, folder, trouble, records, raw_bytes, written_bytes, unwritten_bytes, lost,
                lost_at, dropped_at, segments, segment_bytes, began, limits)
};

class recorder {
public:
  using report = std::function<void(level severity, std::string message)>;

  /// `folder` is the default ring's; `about` is what segments tell of the run. Nothing is recorded
  /// before `apply` or `begin`.
  recorder(journal& of, std::string folder, segment_header about, report say);
  ~recorder();
  recorder(const recorder&) = delete;
  recorder& operator=(const recorder&) = delete;

  /// Begins, goes on with other limits, or stops, as the settings say. An investigation goes on.
  void apply(const journal_settings& how);
  /// Records into `folder` from now on, instead of the default ring, until `end_investigation`.
  /// Refused (io) if it cannot be made, or (conflict) if it holds a journal already.
  result<void> investigate(const std::string& folder, const ring_limits& limits);
  /// Back to the default ring. False if none was on.
  bool end_investigation();

  recording_view view() const;
  /// A folder of that name beside the default ring's.
  std::string beside(std::string_view name) const;
  /// Writes all records so far, so that a reader finds them, and waits for that.
  void flush();

private:
  result<void> begin(const std::string& folder, const ring_limits& limits);
  void begin_default();
  void stop();

  journal& journal_;
  const std::string folder_;
  segment_header about_;
  report say_;
  mutable std::mutex lock_;
  journal_settings settings_{false, {}};
  bool investigating_ = false;
  std::shared_ptr<segment_writer> to_;
  std::string trouble_; ///< Why nobody records, although somebody should.
  instant began_;
  std::uint64_t records_before_ = 0;
};

} // namespace troupe::runtime
