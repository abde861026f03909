#include "runtime/journal/journal.hpp"

#include <algorithm>

#include "storage/codec_parts.hpp"

namespace troupe::runtime {

namespace {

using troupe::detail::get_sized;
using troupe::detail::get_varint;
using troupe::detail::put_varint;

std::uint64_t zigzag(std::int64_t x) {
  return (static_cast<std::uint64_t>(x) << 1) ^ static_cast<std::uint64_t>(x >> 63);
}

std::int64_t unzigzag(std::uint64_t x) {
  return static_cast<std::int64_t>(x >> 1) ^ -static_cast<std::int64_t>(x & 1);
}

/// Wraps around where a damaged record says that an age has passed.
instant later(instant from, std::int64_t us) {
  auto sum =
      static_cast<std::uint64_t>(from.time_since_epoch().count()) + static_cast<std::uint64_t>(us);
  return instant{span{static_cast<std::int64_t>(sum)}};
}

} // namespace

// -- writing --------------------------------------------------------------------------------------

void journal::record_to(std::shared_ptr<frame_sink> to) {
  std::shared_ptr<frame_sink> former; // may have to be waited for: not under the lock
  std::lock_guard guard{lock_};
  give();
  former = std::exchange(to_, std::move(to));
  // An order that no record has: else the same files might go on as if nothing had happened while
  // nobody recorded.
  if (to_ && order_ > 0)
    order_++;
  epoch_began_ = order_ + 1;
  epoch_++;
  on_ = to_ != nullptr;
}

std::uint64_t journal::new_name(std::string_view name) {
  frame_.records += static_cast<char>(record_kind::name);
  put_varint(frame_.records, name.size());
  frame_.records += name;
  return ++frame_names_;
}

// A port remembers its number, and in which frame it has it.
std::uint64_t journal::number_of(port* who) {
  if (!who)
    return 0;
  constexpr unsigned number_bits = 24; // a frame has fewer records than that
  if (who->journal_name >> number_bits != frames_)
    who->journal_name = frames_ << number_bits | new_name(who->path());
  return who->journal_name & ((std::uint64_t{1} << number_bits) - 1);
}

std::uint64_t journal::number_of(std::string_view name) {
  if (name.empty())
    return 0;
  auto& number = verbs_[name.data()];
  if (number == 0)
    number = new_name(name);
  return number;
}

std::uint64_t journal::add(record_kind kind, const entry& about, std::string_view body) {
  lock();
  std::lock_guard guard{lock_, std::adopt_lock};
  if (!to_)
    return 0;
  auto order = ++order_;
  if (frame_.count++ == 0) {
    frame_.first_order = order;
    frame_.first_at = frame_.last_at = about.at;
    ++frames_;
  }
  auto before = frame_.records.size();
  auto cell = number_of(&about.cell), doing = number_of(about.doing),
       sender = number_of(about.sender);
  // The length of the rest goes in front, so that unknown kinds can be passed over.
  numbers_.clear();
  put_varint(numbers_, zigzag((about.at - frame_.last_at).count()));
  put_varint(numbers_, cell);
  put_varint(numbers_, doing);
  put_varint(numbers_, sender);
  put_varint(numbers_, about.cause.event == 0 ? 0 : order - about.cause.event);
  if (about.cause.event != 0)
    put_varint(numbers_, about.cause.place);
  frame_.records += static_cast<char>(kind);
  put_varint(frame_.records, numbers_.size() + body.size());
  frame_.records += numbers_;
  frame_.records += body;
  frame_.last_order = order;
  frame_.last_at = about.at;
  figures_.records++;
  figures_.bytes += frame_.records.size() - before;
  if (frame_.records.size() >= frame_bytes)
    give();
  return order;
}

/// The lock is held for less time than it takes to sleep and be woken.
void journal::lock() {
  constexpr int tries = 200;
  for (int i = 0; i < tries; ++i)
    if (lock_.try_lock())
      return;
  lock_.lock();
}

void journal::refill_blobs(instant now) {
  auto passed = std::clamp(now - blob_counted_, span{0}, span{std::chrono::seconds{1}}).count();
  blob_left_ = std::min(blob_at_once_max, blob_left_ + blob_per_second_max / 1'000'000 * passed);
  blob_counted_ = std::max(blob_counted_, now);
}

bool journal::admit(std::size_t bytes, instant now) {
  std::lock_guard guard{lock_};
  refill_blobs(now);
  if (blob_left_ <= 0) {
    figures_.dropped_at = now;
    return false;
  }
  blob_left_ -= static_cast<std::int64_t>(bytes);
  return true;
}

bool journal::calm(instant now) {
  std::lock_guard guard{lock_};
  refill_blobs(now);
  return blob_left_ >= blob_at_once_max / 2;
}

void journal::give() {
  if (frame_.count == 0 || !to_)
    return;
  auto count = frame_.count;
  auto last_at = frame_.last_at;
  verbs_.clear();
  frame_names_ = 0;
  auto spare = to_->spare();
  auto verdict = to_->take(std::exchange(frame_, {}));
  if (verdict == frame_sink::verdict::lost) {
    figures_.lost += count;
    figures_.lost_at = last_at;
  }
  if (verdict != frame_sink::verdict::kept) {
    epoch_began_ = order_ + 1;
    epoch_++;
  }
  frame_.records = std::move(spare);
  frame_.records.clear();
  frame_.records.reserve(frame_bytes + frame_bytes / 4);
}

void journal::flush() {
  std::lock_guard guard{lock_};
  give();
}

journal::figures journal::count() const {
  std::lock_guard guard{lock_};
  return figures_;
}

// -- reading --------------------------------------------------------------------------------------

frame_reader::frame_reader(const journal_frame& of)
  : left_{of.records}, order_{of.first_order - 1}, at_{of.first_at} {}

std::string_view frame_reader::name(std::string_view& in) {
  std::uint64_t number = 0;
  if (!get_varint(in, number) || number > names_.size())
    throw failed{troupe::detail::damaged()};
  return number == 0 ? std::string_view{} : names_[number - 1];
}

bool frame_reader::next() {
  while (!left_.empty()) {
    kind_ = static_cast<record_kind>(left_.front());
    left_.remove_prefix(1);
    std::string_view rest;
    if (!get_sized(left_, rest))
      throw failed{troupe::detail::damaged()};
    if (kind_ == record_kind::name) {
      names_.push_back(rest);
      continue;
    }
    std::uint64_t passed = 0, behind = 0;
    head_ = {};
    bool whole = get_varint(rest, passed);
    head_.cell = name(rest);
    head_.doing = name(rest);
    head_.sender = name(rest);
    whole = whole && get_varint(rest, behind);
    if (whole && behind != 0)
      whole = get_varint(rest, head_.cause.place);
    if (!whole || behind > order_)
      throw failed{troupe::detail::damaged()};
    head_.order = ++order_;
    head_.at = at_ = later(at_, unzigzag(passed));
    head_.cause.event = behind == 0 ? 0 : order_ - behind;
    body_ = rest;
    return true;
  }
  return false;
}

} // namespace troupe::runtime
