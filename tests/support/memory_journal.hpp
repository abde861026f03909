// A journal whose frames stay in memory, and what a reader finds in them.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "runtime/journal/journal.hpp"

namespace troupe::testing {

inline const runtime::vault no_secrets{"none"};

/// A journal of a program that has nothing to hide.
struct plain_journal : runtime::journal {
  plain_journal() : journal{no_secrets} {}
};

class memory_journal : public runtime::frame_sink {
public:
  verdict take(runtime::journal_frame frame) override {
    auto said = verdict::kept;
    if (!verdicts.empty()) {
      said = verdicts.front();
      verdicts.pop_front();
    }
    if (said != verdict::lost)
      frames.push_back(std::move(frame));
    return said;
  }

  std::deque<verdict> verdicts; ///< Of the next frames; then all are kept.
  std::vector<runtime::journal_frame> frames;
};

/// A record that outlives its frame.
struct kept_record {
  runtime::record_kind kind{};
  std::uint64_t order = 0;
  instant at;
  std::string cell, doing, sender;
  runtime::origin cause;
  bytes body;
};

inline std::vector<kept_record> records_of(const runtime::journal_frame& frame) {
  std::vector<kept_record> all;
  for (runtime::frame_reader reader{frame}; reader.next();) {
    const auto& head = reader.head();
    all.push_back({reader.kind(), head.order, head.at, std::string{head.cell},
                   std::string{head.doing}, std::string{head.sender}, head.cause,
                   bytes{reader.body()}});
  }
  return all;
}

inline std::vector<kept_record> records_of(const std::vector<runtime::journal_frame>& frames) {
  std::vector<kept_record> all;
  for (const auto& frame : frames)
    for (auto& one : records_of(frame))
      all.push_back(std::move(one));
  return all;
}

/// A frame of so many events in which "/a" and "/b" take "add" from each other, a second apart.
inline runtime::journal_frame frame_of_events(std::uint64_t first, std::uint64_t count,
                                              std::size_t body_bytes = 6) {
  plain_journal from;
  auto to = std::make_shared<memory_journal>();
  from.record_to(to);
  auto a = std::make_shared<runtime::port>("/a"), b = std::make_shared<runtime::port>("/b");
  for (std::uint64_t i = 0; i < count; ++i) {
    bytes body;
    while (body.size() < body_bytes)
      body += "event " + std::to_string(first + i);
    runtime::put_said(body, i);
    instant at{std::chrono::seconds{1'700'000'000 + first + i}};
    from.add(runtime::record_kind::event,
             {i % 2 ? *a : *b, "add", i % 2 ? b.get() : a.get(), {i, 1}, at}, body);
  }
  from.flush();
  auto frame = std::move(to->frames.at(0));
  frame.first_order = first;
  frame.last_order = first + count - 1;
  return frame;
}

inline bool same_frame(const runtime::journal_frame& a, const runtime::journal_frame& b) {
  return a.records == b.records && a.first_order == b.first_order && a.last_order == b.last_order
         && a.first_at == b.first_at && a.last_at == b.last_at && a.count == b.count;
}

} // namespace troupe::testing
