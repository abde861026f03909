#include "tools/peers/printed_response.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::peers {

using wire::jelly;

namespace {

/// Of one update; a stock worker's largest (pb.md §10).
constexpr std::int64_t update_bytes_max = 64 * 1024;

jelly text(std::string_view message) {
  return jelly::text(std::string{message});
}

double as_seconds(span x) {
  return in_seconds(x);
}

} // namespace

void printed_response::begin() {
  update("header", text(how_.tag.empty() ? "simulated command\n" : how_.tag + "\n"));
  if (how_.how == byzantine_fault::talks_to_nobody) {
    call("sing", {});
    call("update", {jelly::integer(7)});
  } else if (how_.how == byzantine_fault::nonsense) {
    update("rc", text("none"));
    update("colour", jelly::integer(7));
    update("stdout", jelly::integer(7));
    update("log", jelly::none());
  }
}

double printed_response::ends_at() const {
  return as_seconds(of().began) + how_.seconds;
}

bool printed_response::is_over(span now) const {
  return interrupted_ || (how_.how != byzantine_fault::never_ends && as_seconds(now) >= ends_at());
}

std::optional<span> printed_response::due() const {
  if (how_.how == byzantine_fault::never_ends)
    return std::nullopt;
  return span{static_cast<std::int64_t>(std::ceil(ends_at() * 1e6))};
}

response::progress printed_response::advance(span now) {
  bool over = is_over(now);
  auto wanted = over ? how_.lines : how_.lines / 2;
  if (interrupted_ || (over && lines_printed_ >= how_.lines))
    return progress::ended;
  if (lines_printed_ >= wanted)
    return progress::waits;
  auto at_once = update_bytes_max / std::max<std::int64_t>(1, how_.line_bytes);
  print_lines(std::min(wanted - lines_printed_, std::max<std::int64_t>(1, at_once)));
  return progress::called;
}

void printed_response::print_lines(std::int64_t count) {
  auto length =
      static_cast<std::size_t>(std::clamp<std::int64_t>(how_.line_bytes, 1, update_bytes_max));
  std::string block;
  block.reserve(length * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    auto end = block.size() + length - 1;
    if (!how_.tag.empty())
      block += how_.tag + " " + std::to_string(lines_printed_ + i) + " ";
    if (block.size() < end)
      block.append(end - block.size(), 'x');
    block += '\n';
  }
  lines_printed_ += count;
  listener_.printed(how_, lines_printed_, static_cast<std::int64_t>(block.size()));
  update("stdout", jelly::text(std::move(block)));
}

void printed_response::finish(span now) {
  auto rc = interrupted_ ? -1 : how_.rc;
  if (how_.how != byzantine_fault::no_rc)
    update("rc", jelly::integer(rc));
  if (!interrupted_)
    update("elapsed", jelly::real(as_seconds(now) - as_seconds(of().began)));
  listener_.ended(how_, rc);
  complete(jelly::none());
  if (how_.how == byzantine_fault::ends_twice)
    call("complete", {jelly::none()});
  if (how_.how == byzantine_fault::talks_after_end)
    update("stdout", text("after the end\n"));
}

bool printed_response::interrupt() {
  bool stops = how_.how != byzantine_fault::deaf && how_.how != byzantine_fault::never_ends;
  interrupted_ = interrupted_ || stops;
  return stops;
}

} // namespace troupe::peers
