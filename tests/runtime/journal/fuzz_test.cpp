#include <doctest/doctest.h>

#include "storage/fingerprint.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/mutation.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;

namespace {

const instant begun{std::chrono::seconds{1'700'000'000}};

bytes busy_event(generator& random) {
  bytes event;
  auto content = [&] {
    auto size = random() % 700; // in an order that no compiler may change
    return bytes(size, static_cast<char>(random()));
  };
  if (random() % 3 != 0) {
    auto message = content();
    put_message(event, message, random() % 2 == 0);
  }
  for (auto count = random() % 3; count > 0; --count) {
    auto answer = content();
    put_answer(event, "get t3 0011", answer);
  }
  if (random() % 3 == 0)
    put_prng(event, random());
  if (random() % 3 == 0)
    put_said(event, random());
  for (auto count = random() % 3; count > 0; --count) {
    auto effect = content();
    put_effect(event, "control", "/a/b", effect);
  }
  if (random() % 8 == 0)
    put_failed(event, "no such thing");
  return event;
}

/// A frame with records of all kinds.
journal_frame busy_frame(generator& random) {
  plain_journal from;
  auto to = std::make_shared<memory_journal>();
  from.record_to(to);
  std::vector<std::shared_ptr<port>> cells;
  for (const char* path : {"/", "/a", "/a/b", "/somewhere/else"})
    cells.push_back(std::make_shared<port>(path));
  constexpr std::string_view verbs[] = {"add", "mailbox_drained", "init", "state"};
  for (std::uint64_t i = 1; i <= 12; ++i) {
    auto& cell = *cells[random() % cells.size()];
    auto* sender = random() % 2 == 0 ? cells[random() % cells.size()].get() : nullptr;
    origin cause{random() % i, 1 + random() % 300};
    bytes body;
    auto kind = record_kind::event;
    if (random() % 4 == 0) {
      kind = record_kind::participant;
      put_participant(body, {"kind", bytes(random() % 90, 'c'), bytes(random() % 300, 's'), i});
    } else if (random() % 4 == 0) {
      kind = record_kind::checksum;
      put_checksum(body, {random(), random()});
    } else {
      body = busy_event(random);
    }
    auto doing = verbs[random() % std::size(verbs)];
    from.add(kind, {cell, doing, sender, cause, begun + span{random()}}, body);
  }
  from.flush();
  return to->frames.at(0);
}

/// Lengths are where readers go wrong: huge ones, ten bytes of them.
void mutate(bytes& data, generator& random) {
  testing::mutate(data, random, 8, [](generator& any) { return bytes(any() % 11, '\xff'); });
}

std::size_t size_of(const recorded_bytes& x) {
  REQUIRE((!x.by_value || x.size == x.data.size()));
  return x.data.size();
}

/// What a record holds, which cannot be more than it has bytes. Nothing if it is refused.
std::optional<std::size_t> held(record_kind kind, std::string_view body) {
  std::size_t sum = 0;
  if (kind == record_kind::participant) {
    auto participant = get_participant(body);
    if (!participant)
      return std::nullopt;
    sum = participant->kind.size() + participant->config.size() + participant->state.size();
    bytes again;
    put_participant(again, *participant);
    REQUIRE(again.size() <= body.size()); // a number may have been written longer than it is
  } else if (kind == record_kind::checksum) {
    if (!get_checksum(body))
      return std::nullopt;
  } else {
    auto event = get_event(body);
    if (!event)
      return std::nullopt;
    if (event->message)
      sum += size_of(*event->message);
    if (event->failed)
      sum += event->failed->size();
    for (const auto& one : event->answers)
      sum += one.question.size() + one.answer.size() + 1;
    for (const auto& one : event->effects)
      sum += one.verb.size() + one.target.size() + size_of(one.content) + 1;
  }
  return sum;
}

struct tally {
  int records = 0, held = 0, refused_bodies = 0, refused_frames = 0;
};

void read(const journal_frame& frame, tally& into) {
  frame_reader reader{frame};
  std::uint64_t expected = frame.first_order;
  try {
    while (reader.next()) {
      const auto& head = reader.head();
      REQUIRE(head.order == expected++);
      REQUIRE(head.cause.event < head.order);
      REQUIRE((head.cause.event != 0 || head.cause.place == 0));
      auto body = reader.body();
      REQUIRE(body.size() <= frame.records.size());
      ++into.records;
      // Whatever it says it is, all readers must bear it.
      for (auto kind : {record_kind::event, record_kind::participant, record_kind::checksum})
        if (auto size = held(kind, body)) {
          REQUIRE(*size <= body.size());
          into.held += kind == reader.kind() ? 1 : 0;
        } else {
          into.refused_bodies += kind == reader.kind() ? 1 : 0;
        }
    }
  } catch (const failed& why) {
    REQUIRE(why.why().code == errc::corrupt);
    ++into.refused_frames;
  }
}

} // namespace

TEST_SUITE("journal fuzz") {

  TEST_CASE("whole frames are read") {
    generator random{3};
    tally found;
    for (int i = 0; i < 200; ++i)
      read(busy_frame(random), found);
    CHECK(found.records == 200 * 12);
    CHECK(found.held == 200 * 12);
    CHECK(found.refused_frames == 0);
  }

  TEST_CASE("no mutated frame crashes the reader or makes it hold more than there is") {
    generator random{5};
    std::vector<journal_frame> frames;
    for (int i = 0; i < 50; ++i)
      frames.push_back(busy_frame(random));
    tally found;
    constexpr int rounds = 20'000;
    for (int i = 0; i < rounds; ++i) {
      auto frame = frames[random() % frames.size()];
      mutate(frame.records, random);
      read(frame, found);
    }
    MESSAGE(rounds, " frames, ", found.records, " records, ", found.refused_bodies, " refused, ",
            found.refused_frames, " frames broken");
    CHECK(found.held > rounds);
    CHECK(found.refused_frames > rounds / 10);
    CHECK(found.refused_bodies > 100);
  }

  TEST_CASE("no mutated record crashes its reader") {
    generator random{6};
    int good = 0, refused = 0;
    constexpr int rounds = 60'000;
    for (int i = 0; i < rounds; ++i) {
      auto kind = static_cast<record_kind>(static_cast<int>(record_kind::event) + i % 3);
      bytes body;
      if (kind == record_kind::event)
        body = busy_event(random);
      else if (kind == record_kind::participant)
        put_participant(body,
                        {"kind", bytes(random() % 30, 'c'), bytes(random() % 30, 's'), random()});
      else
        put_checksum(body, {random(), random()});
      mutate(body, random);
      auto size = held(kind, body);
      if (size)
        REQUIRE(*size <= body.size());
      (size ? good : refused)++;
    }
    MESSAGE(rounds, " records, ", refused, " refused");
    CHECK(good > 1000);
    CHECK(refused > 1000);
  }

  TEST_CASE("noise is no record") {
    generator random{7};
    tally found;
    for (int i = 0; i < 20'000; ++i) {
      journal_frame frame;
      frame.first_order = 1;
      frame.first_at = begun;
      frame.records.resize(random() % 60);
      for (auto& c : frame.records)
        c = static_cast<char>(random() % 4 == 0 ? random() : random() % 8);
      read(frame, found);
    }
    CHECK(found.refused_frames > 10'000);
  }

} // TEST_SUITE
