// JOURNAL: what every service took, in order. Cells write a record for each event when it has
// ended, before anything that it said has left, so that the order of records is one in which all
// could have happened one after the other.
//
// Thread-safe. Records gather in a frame; full frames go to a sink, which must not block for long.
// While nobody records, an event costs one load.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/journal/record.hpp"
#include "runtime/secrets/vault.hpp"

namespace troupe::runtime {

/// Records that belong together, as bytes; readable without any other frame.
struct journal_frame {
  bytes records;
  std::uint64_t first_order = 0, last_order = 0;
  instant first_at, last_at;
  std::uint64_t count = 0;
};

class frame_sink {
public:
  enum class verdict {
    kept,
    lost,         ///< It can't be taken now.
    segment_full, ///< Kept; with the next frame a reader may begin.
  };
  virtual ~frame_sink() = default;
  virtual verdict take(journal_frame frame) = 0;
  /// A buffer for the next frame, that of one which was written.
  virtual bytes spare() { return {}; }
};

class journal {
public:
  /// A frame is given away when it has grown to this.
  static constexpr std::size_t frame_bytes = 256 * 1024;

  // Blobs are what single messages bring from outside beyond `blob_bytes`: the output of workers,
  // files. A master can take in more than can be recorded beside it, so the bytes recorded a
  // second, and at one time, are bounded. The others are dropped, and the events that took them
  // cannot be played; their cells write a checkpoint when the flood is over.
  static constexpr std::size_t blob_bytes = 4 * 1024;
  static constexpr std::int64_t blob_per_second_max = 16 << 20;
  static constexpr std::int64_t blob_at_once_max = 16 << 20;

  /// What `secrets` hides is masked in every record.
  explicit journal(const vault& secrets) : secrets_{secrets} {}

  const vault& secrets() const noexcept { return secrets_; }
  bool on() const noexcept { return on_.load(std::memory_order_relaxed); }
  /// Raised when a reader that begins here must find everything again: every cell must then write a
  /// checkpoint (`participants::state`) before its next event.
  std::uint64_t epoch() const noexcept { return epoch_.load(std::memory_order_relaxed); }
  /// Of the first record of this epoch: what an earlier event has said must be recorded by value.
  std::uint64_t epoch_began() const noexcept {
    return epoch_began_.load(std::memory_order_relaxed);
  }

  /// Records go to `to` from now on; null: nothing is recorded any more.
  void record_to(std::shared_ptr<frame_sink> to);

  /// The head of a record that is written (record_head, where it is read).
  struct entry {
    port& cell;
    std::string_view doing; ///< Of static lifetime.
    port* sender = nullptr;
    origin cause;
    instant at;
  };
  /// Adds a record; its order is the answer, 0 if nobody records any more.
  std::uint64_t add(record_kind kind, const entry& about, std::string_view body);
  /// Whether a blob of that size may be recorded at this time.
  bool admit(std::size_t bytes, instant now);
  /// Whether blobs come in no faster than they may be recorded.
  bool calm(instant now);
  /// Gives the present frame to the sink.
  void flush();

  struct figures {
    std::uint64_t records = 0; ///< Since the system began.
    std::uint64_t bytes = 0;   ///< Before they were compressed.
    std::uint64_t lost = 0;    ///< Records in frames that nobody could take.
    instant lost_at;           ///< The last of them.
    instant dropped_at;        ///< When a blob was dropped last.
  };
  figures count() const;

private:
  std::uint64_t number_of(port* who);
  std::uint64_t number_of(std::string_view name);
  std::uint64_t new_name(std::string_view name);
  void give();
  void lock();
  void refill_blobs(instant now);

  const vault& secrets_;
  std::atomic<bool> on_{false};
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::uint64_t> epoch_began_{0};
  mutable std::mutex lock_;
  std::shared_ptr<frame_sink> to_;
  std::int64_t blob_left_ = blob_at_once_max;
  instant blob_counted_;
  std::uint64_t order_ = 0;
  journal_frame frame_;
  bytes numbers_;                                        ///< Of the record at hand.
  std::uint64_t frames_ = 0;                             ///< Begun so far.
  std::uint64_t frame_names_ = 0;                        ///< In the present one.
  std::unordered_map<const void*, std::uint64_t> verbs_; ///< Numbers of `doing`, by its text.
  figures figures_;
};

/// Reads a frame's records one after the other.
class frame_reader {
public:
  explicit frame_reader(const journal_frame& of);

  /// False at the end. Throws `failed` (corrupt).
  bool next();

  record_kind kind() const noexcept { return kind_; }
  /// Valid as long as the frame.
  const record_head& head() const noexcept { return head_; }
  std::string_view body() const noexcept { return body_; }

private:
  std::string_view name(std::string_view& in);

  std::string_view left_;
  std::uint64_t order_;
  instant at_;
  record_kind kind_ = record_kind::event;
  record_head head_;
  std::string_view body_;
  std::vector<std::string_view> names_;
};

} // namespace troupe::runtime
