// SEGMENT WRITER: puts the frames of a running journal into files, on a thread of its own; the
// oldest segments go when all together are too large or too old. Nobody waits for it: if the disk
// is too slow, frames are lost, and the journal begins again behind the gap.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "runtime/journal/segment.hpp"
#include "runtime/journal/settings.hpp"

namespace troupe::runtime {

/// What a segment holds at most, in records before they are compressed, and how long it goes on.
inline constexpr std::uint64_t segment_bytes = 32 << 20;
inline constexpr span segment_span = std::chrono::minutes{10};
/// Frames that wait to be written, in bytes.
inline constexpr std::uint64_t unwritten_frames_max = 64 << 20;

class segment_writer final : public frame_sink {
public:
  struct options {
    std::string folder; ///< Made if it is not there; its parent is.
    ring_limits limits;
    segment_header header; ///< But for the number.
    /// Called every second: the journal is to give its present frame.
    std::function<void()> flush;
    /// Called with the reason when writing fails, and with an empty one when it works again.
    std::function<void(std::string)> trouble;
  };
  /// Refused (io) if the folder cannot be made.
  static result<std::shared_ptr<segment_writer>> begin(options how);
  ~segment_writer() override;

  verdict take(journal_frame frame) override;
  bytes spare() override;
  void limit(const ring_limits& to);
  /// Waits until all frames taken so far are written or lost.
  void drain();

  struct figures {
    std::uint64_t written_bytes = 0; ///< By this writer.
    std::uint64_t frames = 0;
    std::uint64_t unwritten_bytes = 0;
    std::uint64_t lost = 0; ///< Records that were taken and could not be written.
    instant lost_at;        ///< The last of them.
    std::string trouble;
  };
  figures count() const;
  const std::string& folder() const noexcept { return how_.folder; }

private:
  explicit segment_writer(options how) : how_{std::move(how)} {}
  struct queued {
    journal_frame frame;
    bool begins_segment = false;
  };
  void run();
  bool write(const queued& one);
  bool open_next();
  void close();
  void drop_oldest();
  void report(std::string trouble);

  options how_;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::deque<queued> queue_;
  std::uint64_t queued_bytes_ = 0;
  std::vector<bytes> spare_;
  bool ending_ = false;
  std::condition_variable drained_;
  figures figures_;
  std::uint64_t segment_bytes_ = 0; ///< Taken for the present segment.
  instant segment_began_;
  bool next_begins_ = true;
  bool gap_ = false; ///< A frame that was kept could not be written.
  // The thread's own:
  int file_ = -1;
  std::int64_t number_ = 0;
  bytes scratch_;
  std::thread thread_;
};

} // namespace troupe::runtime
