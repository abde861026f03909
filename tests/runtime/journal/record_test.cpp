#include <doctest/doctest.h>

#include "runtime/journal/record.hpp"
#include "storage/fingerprint.hpp"

using namespace troupe;
using namespace troupe::runtime;

namespace {

bytes whole_event() {
  bytes event;
  put_message(event, "the message", false);
  put_answer(event, "get t1 00", "answer one");
  put_prng(event, 0x0123456789abcdefull);
  put_answer(event, "children", "");
  put_failed(event, "boom");
  put_said(event, 300);
  put_effect(event, "tell", "//io", "content");
  put_effect(event, "finish", "", "");
  put_dropped(event);
  return event;
}

} // namespace

TEST_SUITE("journal record") {

  TEST_CASE("an event is read as it was written") {
    auto event = get_event(whole_event()).value();
    REQUIRE(event.message);
    CHECK(event.message->by_value);
    CHECK(event.message->data == "the message");
    CHECK(event.prng == 0x0123456789abcdefull);
    CHECK(event.failed == "boom");
    CHECK(event.said == 300);
    CHECK(event.dropped);
    REQUIRE(event.answers.size() == 2);
    CHECK(event.answers[0].question == "get t1 00");
    CHECK(event.answers[0].answer == "answer one");
    CHECK(event.answers[1].question == "children");
    CHECK(event.answers[1].answer == "");
    REQUIRE(event.effects.size() == 2);
    CHECK(event.effects[0].verb == "tell");
    CHECK(event.effects[0].target == "//io");
    CHECK(event.effects[0].content.is("content"));
    CHECK(event.effects[1].verb == "finish");
  }

  TEST_CASE("an event without anything is an empty record") {
    auto event = get_event("").value();
    CHECK(!event.message);
    CHECK(!event.prng);
    CHECK(!event.failed);
    CHECK(!event.dropped);
    CHECK(event.said == 0);
    CHECK(event.answers.empty());
    CHECK(event.effects.empty());
  }

  TEST_CASE("what is long is recorded by its fingerprint, unless all of it must be") {
    constexpr auto longest = by_value_bytes_max;
    for (std::size_t size : {std::size_t{0}, longest, longest + 1, 5 * longest})
      for (bool must : {false, true}) {
        CAPTURE(size);
        CAPTURE(must);
        bytes content(size, 'x'), event;
        put_message(event, content, must);
        put_said(event, 1); // the next part is found
        auto read = get_event(event).value();
        REQUIRE(read.message);
        CHECK(read.said == 1);
        CHECK(read.message->by_value == (must || size <= by_value_bytes_max));
        CHECK(read.message->size == size);
        CHECK(read.message->is(content));
        CHECK(!read.message->is(content + "x"));
        if (size > 0)
          content[size / 2] = 'y';
        CHECK(read.message->is(content) == (size == 0));
        if (!read.message->by_value) {
          CHECK(read.message->mark == fingerprint(bytes(size, 'x')));
          CHECK(event.size() < 20);
        }
      }
    CHECK(as_recorded(bytes(by_value_bytes_max, 'x')).by_value);
    auto longer = as_recorded(bytes(by_value_bytes_max + 1, 'x'));
    CHECK(!longer.by_value);
    CHECK(longer.is(bytes(by_value_bytes_max + 1, 'x')));
    CHECK(!longer.is(bytes(by_value_bytes_max + 1, 'y')));
  }

  TEST_CASE("a seat and a digest are read as they were written") {
    bytes out;
    put_participant(out, {"counter", bytes("con\0fig", 7), bytes(3000, 's'), 12});
    auto participant = get_participant(out).value();
    CHECK(participant.kind == "counter");
    CHECK(participant.config == bytes("con\0fig", 7));
    CHECK(participant.state == bytes(3000, 's'));
    CHECK(participant.incarnation == 12);
    out.clear();
    put_checksum(out, {0xfedcba9876543210ull, 1'000'000});
    auto digest = get_checksum(out).value();
    CHECK(digest.mark == 0xfedcba9876543210ull);
    CHECK(digest.size == 1'000'000);
  }

  TEST_CASE("the stored form is as it is described") {
    using namespace std::string_view_literals;
    bytes event;
    put_message(event, "ab", false);
    put_prng(event, 0x0807060504030201ull);
    put_said(event, 300);
    put_effect(event, "ready", "", "");
    CHECK(event == "\1\5ab\2\1\2\3\4\5\6\7\10\4\xac\2\6\5ready\0\1"sv);
    bytes participant, digest;
    put_participant(participant, {"k", "c", "", 1});
    CHECK(participant == "\1k\1c\0\1"sv);
    put_checksum(digest, {1, 128});
    CHECK(digest == "\1\0\0\0\0\0\0\0\x80\1"sv);
  }

  TEST_CASE("a record that is cut off is refused, or is what lies before the cut") {
    auto all = whole_event();
    int good = 0;
    for (std::size_t size = 0; size < all.size(); ++size) {
      auto read = get_event(std::string_view{all}.substr(0, size));
      if (!read)
        CHECK(read.error().code == errc::corrupt);
      good += read ? 1 : 0;
    }
    CHECK(good == 9); // between two of nine parts, and before the first
    bytes participant, digest;
    put_participant(participant, {"counter", "config", "state", 1});
    put_checksum(digest, {1, 1});
    for (std::size_t size = 0; size < participant.size(); ++size)
      CHECK(!get_participant(std::string_view{participant}.substr(0, size)));
    for (std::size_t size = 0; size < digest.size(); ++size)
      CHECK(!get_checksum(std::string_view{digest}.substr(0, size)));
    CHECK(!get_participant(participant + "x"));
    CHECK(!get_checksum(digest + "x"));
    CHECK(!get_event("\x08"));
    CHECK(!get_event(std::string_view{"\0", 1}));
  }

} // TEST_SUITE
