// SEGMENTS: a journal's files. A header, then frames, each compressed and with its own check, so
// that what is damaged loses no more than itself. Described in docs/JOURNAL.md.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "runtime/journal/journal.hpp"

namespace troupe::runtime {

/// Most bytes of a frame's records; a longer one is damaged or not ours.
inline constexpr std::uint64_t frame_bytes_max = std::uint64_t{1} << 30;

/// Which run of which program wrote it.
struct segment_header {
  std::string version; ///< Of the program.
  std::string master;  ///< Its name: host and folder.
  std::int64_t process = 0;
  instant run_began;
  std::int64_t number = 0; ///< Of the segment: 1, 2, 3, … over all runs.
  std::uint64_t seed = 0;
  TROUPE_FIELDS(version, master, process, run_began, number, seed)
};

/// The header of a frame, which is read without its records.
struct frame_header {
  std::uint64_t stored_bytes = 0, raw_bytes = 0, count = 0;
  std::uint64_t first_order = 0, last_order = 0;
  instant first_at, last_at;
};

bytes encode_header(const segment_header& of);
/// Appends it, compressed.
void put_frame(bytes& out, const journal_frame& of);

class segment_reader {
public:
  /// Refused: not_found, io, corrupt (not a journal's), too_new; the words name the file.
  static result<segment_reader> open(const std::string& file);

  const segment_header& header() const noexcept { return header_; }

  /// The next frame's header; nothing at the end. A damaged frame is passed over, and so is what
  /// follows where the damage hides where the next one begins; `damage` tells.
  std::optional<frame_header> next();
  /// Where the frame whose header was read last begins; `seek` has it read again by `next`.
  std::uint64_t frame_at() const noexcept { return frame_at_; }
  void seek(std::uint64_t frame_at);
  /// The records of the frame whose header was read last. Refused if they are damaged.
  result<journal_frame> records();

  /// What could not be read so far, a sentence each; not more than ten.
  const std::vector<std::string>& damage() const noexcept { return damage_; }

private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  bool read(void* to, std::size_t size);
  void complain(std::string message);

  std::string name_;
  std::unique_ptr<std::FILE, closer> file_;
  std::uint64_t size_ = 0;
  segment_header header_;
  frame_header frame_;
  std::uint64_t mark_ = 0; ///< Of the frame: its check.
  std::uint64_t at_ = 0;   ///< Where its records begin.
  std::uint64_t frame_at_ = 0;
  std::vector<std::string> damage_;
};

/// A segment in a folder, as its header and name tell.
struct segment_file {
  std::string path;
  std::int64_t number = 0;
  std::uint64_t bytes = 0;
};

/// Those in `folder`, oldest first; empty if there is none.
std::vector<segment_file> list_segments(const std::string& folder);
std::string segment_name(std::int64_t number);

} // namespace troupe::runtime
