// The logs of a step that runs: bytes become lines, lines are kept within bounds, masked, and given
// to the store (semantics.md §11).
#pragma once

#include <vector>

#include "actors/botmaster/build/log_limit.hpp"
#include "actors/botmaster/build/unsaved.hpp"
#include "storage/log_text.hpp"
#include "storage/records/build.hpp"

namespace troupe::botmaster {

/// logMaxSize and logMaxTailSize.
struct log_bounds {
  std::optional<std::int64_t> size_max, tail_max;
};

/// A log of a step while it grows.
struct growing_log {
  records::log record;
  line_splitter out, err, header, text; ///< One per stream.
  std::string lines; ///< Whole lines not given to the store yet, with their channel letters.
  log_limit limit;
  bool touched = true; ///< The record differs from the stored one.
  TROUPE_FIELDS(record, out, err, header, text, lines, limit, touched)

  /// Its lines have channels.
  bool is_stdio() const { return record.type == records::log_type::stdio; }
};

/// The logs of one step, during one handling.
class step_logs {
public:
  step_logs(std::vector<growing_log>& logs, step_id step, log_bounds bounds, handling at)
    : logs_{logs}, step_{step}, bounds_{bounds}, at_{std::move(at)} {}

  /// Makes the log if there is none of that name.
  growing_log& named(const std::string& name, records::log_type type = records::log_type::stdio);
  /// Text in pieces, to one channel of a log: 'o' stdout, 'e' stderr, 'h' header, 't' plain text.
  void append(growing_log& log, char channel, std::string_view text);
  /// A log that is complete with this text.
  void add(const std::string& name, std::string_view text);
  /// Gives the store the lines that wait and the records that differ.
  void store();
  /// Nothing more comes: completes every log.
  void finish();

private:
  void append_lines(growing_log& log, char channel, const std::string& lines);
  void store_lines(growing_log& log);
  void finish(growing_log& log);

  std::vector<growing_log>& logs_;
  step_id step_;
  log_bounds bounds_;
  handling at_;
};

} // namespace troupe::botmaster
