// Reads a journal record by record, over its segments and runs.
#pragma once

#include <string>
#include <vector>

#include "runtime/journal/segment.hpp"

namespace troupe::runtime {

class journal_reader {
public:
  /// `where` is a segment, or a folder of them. Refused if there is none, or none of them can be
  /// read.
  static result<journal_reader> open(const std::string& where);

  /// The next record; false at the end.
  bool next();

  record_kind kind() const noexcept { return records_->kind(); }
  /// Both are valid until the next call of `next`.
  const record_head& head() const noexcept { return records_->head(); }
  std::string_view body() const noexcept { return records_->body(); }
  const segment_header& segment() const noexcept { return segment_->header(); }
  /// Records are missing before this one, or another run begins: all earlier knowledge is void.
  bool gap_before() const noexcept { return gap_before_; }

  /// A position behind a record, from which `go` reads on. A reader that has read nothing is at the
  /// beginning.
  struct place {
    std::size_t file = 0; ///< 0: none was opened.
    std::uint64_t frame_at = 0;
    std::uint64_t records = 0; ///< Of the frame, that were read.
    std::uint64_t bytes = 0;
  };
  place here() const;
  /// Refused with not_found, io or too_new if the segment is gone: the reader stays where it was.
  /// Refused with corrupt if it is another segment: the reader is at its end.
  result<void> go(const place& to);

  /// Bytes of the files read so far, and of all.
  std::pair<std::uint64_t, std::uint64_t> progress() const noexcept { return {read_, total_}; }
  /// One sentence for each damage, however often it was met.
  std::vector<std::string> damage() const;

private:
  bool next_frame();
  bool next_segment();
  void complain(const std::vector<std::string>& damage);

  std::vector<segment_file> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<segment_reader> segment_;
  journal_frame frame_;
  std::unique_ptr<frame_reader> records_;
  std::uint64_t records_read_ = 0; ///< Of the frame.
  instant run_;
  std::int64_t process_ = 0;
  std::uint64_t last_order_ = 0;
  bool gap_before_ = true;
  bool gap_before_frame_ = true;
  std::uint64_t read_ = 0, total_ = 0;
  std::vector<std::string> damage_;
};

} // namespace troupe::runtime
