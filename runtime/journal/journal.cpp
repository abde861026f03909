#include "runtime/journal/journal.hpp"

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


} // namespace

// -- writing --------------------------------------------------------------------------------------

void journal::record_to(std::shared_ptr<frame_sink> to) {
  flush();
  std::shared_ptr<frame_sink> former; // may have to be waited for: not under the lock
  std::lock_guard guard{lock_};
  former = std::exchange(to_, std::move(to));
  epoch_began_ = order_ + 1;
  epoch_++;
  on_ = to_ != nullptr;
}

std::uint32_t journal::number_of(std::string_view name) {
  if (name.empty())
    return 0;
  if (auto known = numbers_.find(name); known != numbers_.end())
    return known->second;
  auto number = static_cast<std::uint32_t>(names_.size() + 1);
  numbers_.emplace(names_.emplace_back(name), number);
  frame_.records += static_cast<char>(record_kind::name);
  put_varint(frame_.records, name.size());
  frame_.records += name;
  return number;
}

std::uint64_t journal::add(record_kind kind, const record_head& head, std::string_view body) {
  std::lock_guard guard{lock_};
  if (!to_)
    return 0;
  auto order = ++order_;
  if (frame_.count++ == 0) {
    frame_.first_order = order;
    frame_.first_at = frame_.last_at = head.at;
  }
  auto before = frame_.records.size();
  auto cell = number_of(head.cell), doing = number_of(head.doing), sender = number_of(head.sender);
  // The length of the rest goes in front, so that unknown kinds can be passed over.
  thread_local bytes numbers;
  numbers.clear();
  put_varint(numbers, zigzag((head.at - frame_.last_at).count()));
  put_varint(numbers, cell);
  put_varint(numbers, doing);
  put_varint(numbers, sender);
  put_varint(numbers, head.cause.turn == 0 ? 0 : order - head.cause.turn);
  if (head.cause.turn != 0)
    put_varint(numbers, head.cause.place);
  frame_.records += static_cast<char>(kind);
  put_varint(frame_.records, numbers.size() + body.size());
  frame_.records += numbers;
  frame_.records += body;
  frame_.last_order = order;
  frame_.last_at = head.at;
  figures_.records++;
  figures_.bytes += frame_.records.size() - before;
  if (frame_.records.size() >= frame_bytes)
    give();
  return order;
}

void journal::give() {
  if (frame_.count == 0 || !to_)
    return;
  auto count = frame_.count;
  numbers_.clear();
  names_.clear();
  auto verdict = to_->take(std::exchange(frame_, {}));
  if (verdict == frame_sink::verdict::lost)
    figures_.lost += count;
  if (verdict != frame_sink::verdict::kept) {
    epoch_began_ = order_ + 1;
    epoch_++;
  }
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
    if (!whole || behind > order_ + 1)
      throw failed{troupe::detail::damaged()};
    head_.order = ++order_;
    head_.at = at_ += span{unzigzag(passed)};
    head_.cause.turn = behind == 0 ? 0 : order_ - behind;
    body_ = rest;
    return true;
  }
  return false;
}

} // namespace troupe::runtime
