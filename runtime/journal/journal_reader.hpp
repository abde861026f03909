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
  /// Before this record something is missing, or another run begins: what was known is of no use.
  bool begins_anew() const noexcept { return begins_anew_; }

  /// Behind the present record; `go` reads on from there. That of a reader that has read nothing is
  /// the beginning.
  struct place {
    std::size_t file = 0; ///< 0: none was opened.
    std::uint64_t frame_at = 0;
    std::uint64_t records = 0; ///< Of the frame, that were read.
    std::uint64_t bytes = 0;
  };
  place here() const;
  /// Refused (not_found, io, too_new) if the segment is there no more: then it is where it was; or
  /// (corrupt) if it is another: then it has nothing more to read.
  result<void> go(const place& to);

  /// Bytes of the files read so far, and of all.
  std::pair<std::uint64_t, std::uint64_t> progress() const noexcept { return {read_, total_}; }
  /// What could not be read, a sentence each; once, however often it was read.
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
  bool begins_anew_ = true;
  bool frame_begins_anew_ = true;
  std::uint64_t read_ = 0, total_ = 0;
  std::vector<std::string> damage_;
};

} // namespace troupe::runtime
