// A batch: what one service wants stored, all of it or nothing. Built on any thread without
// touching the store, and itself a described value, so that it travels in messages and journals.
// Records are encoded and log text is compressed here, at the caller, not in the one writer.
//
//   batch work;
//   work.put(change).put(sourcestamp).erase<records::scheduler_change>({scheduler, change.id});
//   work.append_log(log.id, log.created_at, log.num_lines, "ohello\n");
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"
#include "storage/schema.hpp"

namespace troupe::storage {

/// Most raw bytes of one stored log chunk, except for a single line that is longer.
inline constexpr std::size_t log_chunk_bytes_max = 64 * 1024;

enum class operation_kind : int {
  put,
  erase,
  append_log, ///< `key` is the log's id and first line, `value` a stored chunk.
};

struct operation {
  operation_kind kind = operation_kind::put;
  std::uint16_t table = 0;
  std::string key;
  bytes value;
  instant period; ///< Of log operations: when the log was created.
  TROUPE_FIELDS(kind, table, key, value, period)
};

/// What `append_log` added, for the log's record.
struct log_added {
  std::int64_t lines = 0;
  std::int64_t raw_bytes = 0;
  std::int64_t stored_bytes = 0;
  TROUPE_FIELDS(lines, raw_bytes, stored_bytes)
};

struct batch {
  std::vector<operation> operations; ///< Take effect in this order.
  TROUPE_FIELDS(operations)

  /// Stores `record` under its own key, in place of what is there.
  template <stored_record Record>
  batch& put(const Record& record);

  /// Removes the record of that key, if there is one.
  template <stored_record Record>
  batch& erase(const typename table_traits<Record>::key& key);

  /// Appends whole lines to a log, of which `first_line` are stored already. `text` is one or more
  /// lines, each with its newline, for stdio logs each with its channel letter; anything else is a
  /// bug of the caller. Lines at or beyond `first_line` that an earlier, failed attempt left behind
  /// are replaced. `created_at` is that of the log's record, always.
  log_added append_log(log_id log, instant created_at, std::int64_t first_line,
                       std::string_view text);

  /// The state from which the service at `path` is rebuilt.
  batch& put_state(std::string path, std::string kind, bytes state);
  batch& erase_state(std::string path);

  /// Everything that `other` does, after what is here.
  batch& add(batch other);

  bool empty() const { return operations.empty(); }
  /// Rough size, for bounding how much one commit takes up.
  std::size_t byte_count() const;
};

} // namespace troupe::storage
