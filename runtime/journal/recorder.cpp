#include "runtime/journal/recorder.hpp"

#include <fmt/format.h>

#include "storage/wall_time.hpp"

namespace troupe::runtime {

recorder::recorder(journal& of, std::string folder, segment_header about, report say)
  : journal_{of}, folder_{std::move(folder)}, about_{std::move(about)}, say_{std::move(say)} {}

recorder::~recorder() {
  std::lock_guard guard{lock_};
  stop();
}

void recorder::stop() {
  journal_.record_to(nullptr);
  to_.reset();
}

result<void> recorder::begin(const std::string& folder, const ring_limits& limits) {
  auto begun =
      segment_writer::begin({folder, limits, about_, [this] { journal_.flush(); },
                             [this](std::string trouble) {
                               if (trouble.empty())
                                 say_(level::info, "the journal is written again");
                               else
                                 say_(level::error, "the journal cannot be written: " + trouble);
                             }});
  if (!begun)
    return begun.error();
  journal_.record_to(*begun);
  to_ = std::move(*begun);
  trouble_.clear();
  began_ = wall_time();
  records_before_ = journal_.count().records;
  return {};
}

void recorder::apply(const journal_settings& how) {
  std::lock_guard guard{lock_};
  settings_ = how;
  if (investigating_)
    return;
  trouble_.clear();
  if (!how.on)
    stop();
  else if (to_)
    to_->limit(how.limits);
  else
    begin_default();
}

void recorder::begin_default() {
  if (auto done = begin(folder_, settings_.limits); !done) {
    trouble_ = done.error().message;
    say_(level::error, "nothing is recorded: " + trouble_);
  }
}

result<void> recorder::investigate(const std::string& folder, const ring_limits& limits) {
  std::lock_guard guard{lock_};
  if (!list_segments(folder).empty())
    return failure{errc::conflict, folder + " holds a journal already; name another folder"};
  if (auto done = begin(folder, limits); !done)
    return done;
  investigating_ = true;
  return {};
}

bool recorder::end_investigation() {
  std::lock_guard guard{lock_};
  if (!std::exchange(investigating_, false))
    return false;
  stop();
  if (settings_.on)
    begin_default();
  return true;
}

std::string recorder::beside(std::string_view name) const {
  return folder_.substr(0, folder_.rfind('/') + 1) + std::string{name};
}

void recorder::flush() {
  std::shared_ptr<segment_writer> to;
  {
    std::lock_guard guard{lock_};
    to = to_;
  }
  journal_.flush();
  if (to)
    to->drain();
}

recording_view recorder::view() const {
  std::lock_guard guard{lock_};
  recording_view out;
  out.on = to_ != nullptr;
  out.folder = to_ ? to_->folder() : folder_;
  auto all = journal_.count();
  out.records = static_cast<std::int64_t>(all.records - records_before_);
  out.raw_bytes = static_cast<std::int64_t>(all.bytes);
  out.lost = static_cast<std::int64_t>(all.lost);
  out.lost_at = all.lost_at;
  out.dropped_at = all.dropped_at;
  out.trouble = trouble_;
  out.limits = settings_.limits;
  for (const auto& one : list_segments(out.folder)) {
    out.segments++;
    out.segment_bytes += static_cast<std::int64_t>(one.bytes);
  }
  if (!to_)
    return out;
  auto written = to_->count();
  out.trouble = written.trouble;
  out.written_bytes = static_cast<std::int64_t>(written.written_bytes);
  out.unwritten_bytes = static_cast<std::int64_t>(written.unwritten_bytes);
  out.lost += static_cast<std::int64_t>(written.lost);
  out.lost_at = std::max(out.lost_at, written.lost_at);
  out.began = began_;
  return out;
}

} // namespace troupe::runtime
