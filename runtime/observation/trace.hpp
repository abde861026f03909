// TRACE: a look at messages as they are taken, for a while: bounded in count, rate, time and bytes,
// and gone with the session that asked for it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

inline constexpr std::int64_t traced_per_second_max = 200;
inline constexpr std::int64_t traced_bytes_max = 4 * 1024 * 1024; ///< Of one trace, as JSON.
inline constexpr std::size_t traced_message_bytes_max = 16 * 1024;
inline constexpr std::size_t traces_max = 16; ///< At one time.

/// What to look for. Its owner hears `traced` for each, and `trace_over` once.
struct trace_wish {
  std::string token;
  std::string path;  ///< Of the receiver: it and all below it; empty: anybody.
  std::string type;  ///< Of the message; empty: any.
  std::string field; ///< "build", "set.scheduler": only messages in which it is `value`.
  json value;
  std::int64_t max = 100;
  instant until;
  address owner;
  TROUPE_FIELDS(token, path, type, field, value, max, until, owner)
};

struct traced {
  std::string token;
  instant at;
  address to;
  address from;
  std::string type;
  json fields; ///< Cut down to null where it is larger than `traced_message_bytes_max`.
  std::int64_t skipped = 0; ///< Since the last one, for the rate.
  /// The journal's event that sent it; 0: that one is not recorded. The event that takes it gets
  /// its number only when it has ended; a trace does not wait for that.
  std::int64_t said_by = 0;
  TROUPE_FIELDS(token, at, to, from, type, fields, skipped, said_by)
};
struct trace_over {
  std::string token;
  std::int64_t seen = 0;
  std::int64_t skipped = 0;
  std::string why; ///< "count", "time", "bytes" or "ended".
  TROUPE_FIELDS(token, seen, skipped, why)
};

/// All traces of a system. Thread-safe; while there is none, a message costs one load.
class tracer {
public:
  bool any() const noexcept { return running_.load(std::memory_order_relaxed) > 0; }

  result<void> add(trace_wish wish);
  /// Its owner hears `trace_over`. False if there is none of that token.
  bool end(std::string_view token, std::string_view why = "ended");

  /// A cell at `to` is about to handle `mail`.
  void look(const address& to, const envelope& mail, instant now);

private:
  struct probe {
    trace_wish wish;
    std::int64_t seen = 0, skipped = 0, skipped_since = 0, bytes = 0;
    instant second; ///< The second that `in_second` counts in.
    std::int64_t in_second = 0;
  };
  bool take(probe& one, const address& to, const envelope& mail, instant now);
  void over(const probe& one, std::string_view why);

  std::atomic<int> running_{0};
  std::mutex lock_;
  std::vector<probe> probes_;
};

} // namespace troupe::runtime
