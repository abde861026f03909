#include "runtime/journal/journal_reader.hpp"

#include <algorithm>
#include <filesystem>

namespace troupe::runtime {

namespace fs = std::filesystem;

result<journal_reader> journal_reader::open(const std::string& where) {
  journal_reader one;
  std::error_code bad;
  if (fs::is_directory(where, bad)) {
    one.files_ = list_segments(where);
    if (one.files_.empty())
      return failure{errc::not_found,
                     where + ": no journal is in it (files named " + segment_name(1) + ", …)"};
  } else {
    one.files_.push_back({where, 1, fs::exists(where, bad) ? fs::file_size(where, bad) : 0});
  }
  for (const auto& file : one.files_)
    one.total_ += file.bytes;
  std::optional<failure> why;
  for (const auto& file : one.files_) {
    auto first = segment_reader::open(file.path);
    if (first)
      return one; // what cannot be read of the others is told as damage
    if (!why)
      why = first.error();
  }
  return *why;
}

journal_reader::place journal_reader::here() const {
  if (!segment_ || !records_)
    return {};
  return {next_file_, segment_->frame_at(), records_read_, read_};
}

result<void> journal_reader::go(const place& to) {
  std::optional<segment_reader> opened;
  if (to.file > 0) {
    auto found = segment_reader::open(files_[to.file - 1].path);
    if (!found)
      return found.error(); // and nothing has changed
    opened = std::move(*found);
  }
  if (segment_)
    complain(segment_->damage());
  segment_.reset();
  records_.reset();
  next_file_ = 0;
  run_ = {};
  process_ = 0;
  last_order_ = 0;
  gap_before_frame_ = true;
  read_ = 0;
  if (!opened)
    return {};
  next_file_ = to.file;
  segment_ = std::make_unique<segment_reader>(std::move(*opened));
  run_ = segment_->header().run_began;
  process_ = segment_->header().process;
  segment_->seek(to.frame_at);
  if (!next_frame() || next_file_ != to.file || segment_->frame_at() != to.frame_at) {
    next_file_ = files_.size();
    segment_.reset();
    records_.reset();
    return failure{errc::corrupt,
                   files_[to.file - 1].path + ": what was read of it is there no more"};
  }
  while (records_read_ < to.records && records_->next())
    ++records_read_;
  gap_before_frame_ = false;
  read_ = to.bytes;
  return {};
}

void journal_reader::complain(const std::vector<std::string>& damage) {
  for (const auto& message : damage)
    if (std::find(damage_.begin(), damage_.end(), message) == damage_.end())
      damage_.push_back(message);
}

bool journal_reader::next_segment() {
  while (next_file_ < files_.size()) {
    if (segment_)
      complain(segment_->damage());
    const auto& file = files_[next_file_++];
    auto opened = segment_reader::open(file.path);
    if (!opened) {
      segment_.reset();
      complain({opened.error().message});
      continue;
    }
    segment_ = std::make_unique<segment_reader>(std::move(*opened));
    const auto& header = segment_->header();
    if (header.run_began != run_ || header.process != process_) {
      run_ = header.run_began;
      process_ = header.process;
      last_order_ = 0;
      gap_before_frame_ = true;
    }
    return true;
  }
  return false;
}

bool journal_reader::next_frame() {
  while (segment_ || next_segment()) {
    auto header = segment_->next();
    if (!header) {
      if (!next_segment())
        return false;
      continue;
    }
    read_ += header->stored_bytes;
    auto frame = segment_->records();
    if (!frame)
      continue;
    if (frame->first_order != last_order_ + 1)
      gap_before_frame_ = true;
    last_order_ = frame->last_order;
    frame_ = std::move(*frame);
    records_ = std::make_unique<frame_reader>(frame_);
    records_read_ = 0;
    return true;
  }
  return false;
}

bool journal_reader::next() {
  while (true) {
    try {
      if (records_ && records_->next()) {
        ++records_read_;
        gap_before_ = std::exchange(gap_before_frame_, false);
        return true;
      }
    } catch (const failed& bad) { // its check was right: the writer was wrong
      complain({bad.why().message});
      gap_before_frame_ = true;
    }
    if (!next_frame())
      return false;
  }
}

std::vector<std::string> journal_reader::damage() const {
  auto all = damage_;
  if (segment_)
    for (const auto& message : segment_->damage())
      if (std::find(damage_.begin(), damage_.end(), message) == damage_.end())
        all.push_back(message);
  return all;
}

} // namespace troupe::runtime
