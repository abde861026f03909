#include "runtime/observation/trace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/observation/field_match.hpp"
#include "runtime/observation/listing.hpp"

namespace troupe::runtime {

result<void> tracer::add(trace_wish wish) {
  std::lock_guard guard{lock_};
  if (probes_.size() >= traces_max)
    return failure{errc::refused, fmt::format("{} traces run already", traces_max)};
  probes_.push_back({std::move(wish), 0, 0, 0, 0, {}, 0});
  running_++;
  return {};
}

bool tracer::end(std::string_view token, std::string_view why) {
  std::lock_guard guard{lock_};
  auto found = std::find_if(probes_.begin(), probes_.end(),
                            [&](const probe& one) { return one.wish.token == token; });
  if (found == probes_.end())
    return false;
  over(*found, why);
  probes_.erase(found);
  running_--;
  return true;
}

void tracer::over(const probe& one, std::string_view why) {
  one.wish.owner.at()->deliver(
      {any_message{trace_over{one.wish.token, one.seen, one.skipped, std::string{why}}}, {}});
}

void tracer::look(const address& to, const envelope& mail, instant now) {
  if (mail.what.as<traced>() || mail.what.as<trace_over>())
    return; // or a trace would trace itself
  std::lock_guard guard{lock_};
  std::erase_if(probes_, [&](probe& one) {
    std::string_view why = now >= one.wish.until ? "time" : "";
    if (why.empty() && take(one, to, mail, now))
      why = one.seen >= one.wish.max ? "count" : one.bytes >= traced_bytes_max ? "bytes" : "";
    if (why.empty())
      return false;
    over(one, why);
    running_--;
    return true;
  });
}

/// Whether it was one for this probe.
bool tracer::take(probe& one, const address& to, const envelope& mail, instant now) {
  const auto& wish = one.wish;
  if ((!wish.type.empty() && wish.type != mail.what.name())
      || (!wish.path.empty() && !is_below(to.path(), wish.path)))
    return false;
  if (now - one.second >= std::chrono::seconds{1}) {
    one.second = now;
    one.in_second = 0;
  }
  if (one.in_second >= traced_per_second_max) { // not even looked into: that is what costs
    one.skipped++;
    one.skipped_since++;
    return false;
  }
  auto shown = as_json(mail.what);
  const auto* fields = shown.as_object().if_contains("fields");
  if (!wish.field.empty()) {
    const auto* field = fields ? find_field(*fields, wish.field) : nullptr;
    if (!field || !means(*field, wish.value)) {
      one.in_second++;
      return false;
    }
  }
  auto size = fields ? print(*fields).size() : 0;
  one.seen++;
  one.in_second++;
  one.bytes += static_cast<std::int64_t>(std::min(size, traced_message_bytes_max));
  traced what{wish.token,
              now,
              to,
              mail.from,
              std::string{mail.what.name()},
              fields && size <= traced_message_bytes_max ? *fields : json(nullptr),
              std::exchange(one.skipped_since, 0),
              static_cast<std::int64_t>(mail.cause.event)};
  wish.owner.at()->deliver({any_message{std::move(what)}, {}});
  return true;
}

} // namespace troupe::runtime
