// JOURNAL: what every service took, in order. Cells write a record for each turn when it has ended,
// before anything that it said has left, so that the order of records is one in which all could
// have happened one after the other.
//
// Thread-safe. Records gather in a frame; full frames go to a sink, which must not block for long.
// While nobody records, a turn costs one load.
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
    lost,        ///< It can't be taken now.
    begins_anew, ///< Kept; with the next frame a reader may begin.
  };
  virtual ~frame_sink() = default;
  virtual verdict take(journal_frame frame) = 0;
  /// The buffer of a frame that is done with, for the next one.
  virtual bytes spare() { return {}; }
};

class journal {
public:
  /// A frame is given away when it has grown to this.
  static constexpr std::size_t frame_bytes = 256 * 1024;

  // Bulk is what single messages bring from outside beyond `bulk_bytes`: the output of workers,
  // files. A master can take in more of it than could be recorded beside; so only so much of it is
  // recorded a second, and at one time. What is left out cannot be played; the cell that took it
  // records its state again when the flood is over.
  static constexpr std::size_t bulk_bytes = 4 * 1024;
  static constexpr std::int64_t bulk_per_second_max = 16 << 20;
  static constexpr std::int64_t bulk_at_once_max = 16 << 20;

  /// What `secrets` hides is masked in every record.
  explicit journal(const vault& secrets) : secrets_{secrets} {}

  const vault& secrets() const noexcept { return secrets_; }
  bool on() const noexcept { return on_.load(std::memory_order_relaxed); }
  /// Raised when a reader that begins here must find everything again: every cell then owes its
  /// state (`seats::state`) before its next turn.
  std::uint64_t epoch() const noexcept { return epoch_.load(std::memory_order_relaxed); }
  /// Of the first record of this epoch: what an earlier turn has said must be recorded whole.
  std::uint64_t epoch_began() const noexcept {
    return epoch_began_.load(std::memory_order_relaxed);
  }

  /// From now on, or no more (null).
  void record_to(std::shared_ptr<frame_sink> to);

  /// What a record is about (record_head), as it is at hand where it is written.
  struct entry {
    port& cell;
    std::string_view doing; ///< Of static lifetime.
    port* sender = nullptr;
    origin cause;
    instant at;
  };
  /// Adds a record; its order is the answer, 0 if nobody records any more.
  std::uint64_t add(record_kind kind, const entry& about, std::string_view body);
  /// Whether so much more of bulk may be recorded at this time.
  bool admit(std::size_t bulk, instant now);
  /// Whether there is room for all that usually comes.
  bool calm(instant now);
  /// Gives away what has gathered.
  void flush();

  struct figures {
    std::uint64_t records = 0; ///< Since the system began.
    std::uint64_t bytes = 0;   ///< Before they were compressed.
    std::uint64_t lost = 0;    ///< Records in frames that nobody could take.
    instant lost_at;           ///< The last of them.
    instant left_out_at;       ///< When bulk was refused last.
  };
  figures count() const;

private:
  std::uint64_t number_of(port* who);
  std::uint64_t number_of(std::string_view name);
  std::uint64_t new_name(std::string_view name);
  void give();
  void lock();
  void count_bulk(instant now);

  const vault& secrets_;
  std::atomic<bool> on_{false};
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::uint64_t> epoch_began_{0};
  mutable std::mutex lock_;
  std::shared_ptr<frame_sink> to_;
  std::int64_t bulk_left_ = bulk_at_once_max;
  instant bulk_counted_;
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
  record_kind kind_ = record_kind::turn;
  record_head head_;
  std::string_view body_;
  std::vector<std::string_view> names_;
};

} // namespace troupe::runtime
