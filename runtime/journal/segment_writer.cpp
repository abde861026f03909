#include "runtime/journal/segment_writer.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace troupe::runtime {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t spare_frames_max = 4;
constexpr auto flush_every = std::chrono::seconds{1};

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    auto n = ::write(to, text.data(), text.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

} // namespace

result<std::shared_ptr<segment_writer>> segment_writer::begin(options how) {
  std::error_code bad;
  fs::create_directory(how.folder, bad);
  if (!fs::is_directory(how.folder))
    return failure{errc::io, fmt::format("{}: {}", how.folder, bad.message())};
  fs::permissions(how.folder, fs::perms::owner_all, bad);
  std::shared_ptr<segment_writer> made{new segment_writer{std::move(how)}};
  if (auto there = list_segments(made->how_.folder); !there.empty())
    made->number_ = there.back().number;
  made->thread_ = std::thread{[one = made.get()] { one->run(); }};
  return made;
}

segment_writer::~segment_writer() {
  {
    std::lock_guard guard{lock_};
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  close();
}

frame_sink::verdict segment_writer::take(journal_frame frame) {
  std::lock_guard guard{lock_};
  auto size = frame.records.size();
  if (queued_bytes_ + size > unwritten_frames_max || !figures_.trouble.empty()) {
    next_begins_ = true;
    return verdict::lost;
  }
  if (next_begins_)
    segment_began_ = frame.first_at;
  segment_bytes_ = next_begins_ ? size : segment_bytes_ + size;
  bool full = std::exchange(gap_, false) || segment_bytes_ >= segment_bytes
              || frame.last_at - segment_began_ >= segment_span;
  queued_bytes_ += size;
  queue_.push_back({std::move(frame), next_begins_});
  next_begins_ = full;
  changed_.notify_all();
  return full ? verdict::segment_full : verdict::kept;
}

bytes segment_writer::spare() {
  std::lock_guard guard{lock_};
  if (spare_.empty())
    return {};
  auto one = std::move(spare_.back());
  spare_.pop_back();
  return one;
}

void segment_writer::limit(const ring_limits& to) {
  std::lock_guard guard{lock_};
  how_.limits = to;
}

void segment_writer::drain() {
  std::unique_lock guard{lock_};
  drained_.wait(guard, [this] { return queued_bytes_ == 0; });
}

segment_writer::figures segment_writer::count() const {
  std::lock_guard guard{lock_};
  auto now = figures_;
  now.unwritten_bytes = queued_bytes_;
  return now;
}

void segment_writer::run() {
  auto flush_at = std::chrono::steady_clock::now() + flush_every;
  while (true) {
    std::optional<queued> one;
    bool ending = false;
    {
      std::unique_lock guard{lock_};
      changed_.wait_until(guard, flush_at, [&] { return ending_ || !queue_.empty(); });
      ending = ending_;
      if (!queue_.empty()) {
        one = std::move(queue_.front());
        queue_.pop_front();
      }
    }
    if (one) {
      bool written = write(*one);
      std::lock_guard guard{lock_};
      gap_ = gap_ || !written;
      if (!written) {
        figures_.lost += one->frame.count;
        figures_.lost_at = one->frame.last_at;
      }
      queued_bytes_ -= one->frame.records.size();
      if (queued_bytes_ == 0)
        drained_.notify_all();
      if (spare_.size() < spare_frames_max)
        spare_.push_back(std::move(one->frame.records));
    } else if (ending) {
      return;
    }
    if (auto now = std::chrono::steady_clock::now(); !ending && now >= flush_at) {
      flush_at = now + flush_every;
      how_.flush();
      if (!figures_.trouble.empty()) // only this thread sets it
        open_next();
    }
  }
}

bool segment_writer::write(const queued& one) {
  if (one.begins_segment || file_ < 0) {
    close();
    drop_oldest();
    if (!open_next())
      return false;
  }
  scratch_.clear();
  put_frame(scratch_, one.frame);
  if (!write_all(file_, scratch_)) {
    report(fmt::format("{}/{}: {}", how_.folder, segment_name(number_), std::strerror(errno)));
    close();
    return false;
  }
  std::lock_guard guard{lock_};
  figures_.frames++;
  figures_.written_bytes += scratch_.size();
  return true;
}

bool segment_writer::open_next() {
  if (file_ >= 0)
    return true;
  auto header = how_.header;
  header.number = ++number_;
  auto path = how_.folder + "/" + segment_name(number_);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0 || !write_all(file_, encode_header(header))) {
    report(path + ": " + std::strerror(errno));
    if (file_ >= 0)
      ::unlink(path.c_str());
    close();
    --number_;
    return false;
  }
  report({});
  return true;
}

void segment_writer::close() {
  if (file_ >= 0)
    ::close(std::exchange(file_, -1));
}

void segment_writer::drop_oldest() {
  ring_limits limits;
  {
    std::lock_guard guard{lock_};
    limits = how_.limits;
  }
  auto there = list_segments(how_.folder);
  std::int64_t sum = 0;
  for (const auto& one : there)
    sum += static_cast<std::int64_t>(one.bytes);
  for (const auto& one : there) {
    std::error_code bad;
    auto written = fs::last_write_time(one.path, bad);
    auto age = std::chrono::duration_cast<span>(fs::file_time_type::clock::now() - written);
    if (sum <= limits.bytes_max && (bad || age <= limits.age_max))
      return;
    sum -= static_cast<std::int64_t>(one.bytes);
    fs::remove(one.path, bad);
  }
}

void segment_writer::report(std::string trouble) {
  {
    std::lock_guard guard{lock_};
    if (figures_.trouble == trouble)
      return;
    figures_.trouble = trouble;
  }
  how_.trouble(std::move(trouble));
}

} // namespace troupe::runtime
