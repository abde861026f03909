// The content of logs: compressed chunks of whole lines, by log and first line, one environment per
// UTC month of the log's creation, so that old content goes by deleting a folder. Reads take a
// moment's transaction per call and run on any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "storage/lmdb/env.hpp"
#include "storage/lmdb/txn.hpp"
#include "storage/records/ids.hpp"
#include "storage/result.hpp"

namespace troupe::storage {

/// Consecutive lines of a log, each with its newline (and channel letter, in stdio logs).
struct log_lines {
  std::int64_t first_line = 0;
  std::int64_t count = 0;
  std::string text;
  TROUPE_FIELDS(first_line, count, text)
};

class log_store {
public:
  log_store(std::string folder, std::size_t period_bytes_max, unsigned readers_max);
  ~log_store();

  /// Lines `first` to `last` (from 0, both included), as far as they are stored; none when there
  /// are none. Throws `failed` (corrupt, io).
  log_lines read(log_id log, instant created_at, std::int64_t first, std::int64_t last) const;

  /// The stored chunk with line `line` in it, or the next after it; nothing at the end. To stream a
  /// log, begin at 0 and go on at `first_line + count`. Throws as above.
  std::optional<log_lines> chunk_at(log_id log, instant created_at, std::int64_t line) const;

  /// The months that have content, oldest first: "2026-11".
  std::vector<std::string> periods() const;

  /// Deletes the months that ended at or before `horizon`; answers how many. Content of logs still
  /// being written is kept only if they began after it.
  result<std::size_t> drop_before(instant horizon);

  /// For the writer: the part of an apply that concerns logs. Add all, then commit all.
  class writing {
  public:
    explicit writing(log_store& to);
    ~writing();
    /// Throws `failed`: invalid and conflict are the operation's fault.
    void append(std::string_view key, std::string_view chunk, instant created_at);
    void commit();

  private:
    struct open_period;
    log_store& to_;
    std::map<std::string, std::unique_ptr<open_period>> periods_;
  };

private:
  struct period;
  std::shared_ptr<period> find(const std::string& name, bool make) const;

  std::string folder_;
  std::size_t period_bytes_max_;
  unsigned readers_max_;
  mutable std::mutex open_; ///< Guards `periods_`; an environment is opened once per process.
  mutable std::map<std::string, std::shared_ptr<period>> periods_;
};

/// The month that logs created at `when` belong to: "2026-11".
std::string log_period(instant when);

namespace detail {

/// The stored form of whole lines: format byte, line count, raw size, then the text, compressed if
/// that is shorter. `unpack_chunk` throws `failed` (corrupt, too_new).
std::string pack_chunk(std::string_view text, std::int64_t lines);
log_lines unpack_chunk(std::string_view stored);
/// Only the line count; what the cursor needs.
std::int64_t chunk_line_count(std::string_view stored);

} // namespace detail

} // namespace troupe::storage
