#include <doctest/doctest.h>

#include "runtime/journal/record.hpp"
#include "storage/fingerprint.hpp"

using namespace troupe;
using namespace troupe::runtime;

namespace {

bytes whole_turn() {
  bytes turn;
  put_message(turn, "the message", false);
  put_answer(turn, "get t1 00", "answer one");
  put_chance(turn, 0x0123456789abcdefull);
  put_answer(turn, "children", "");
  put_failed(turn, "boom");
  put_said(turn, 300);
  put_effect(turn, "tell", "//io", "content");
  put_effect(turn, "finish", "", "");
  put_left_out(turn);
  return turn;
}

} // namespace

TEST_SUITE("journal record") {

  TEST_CASE("a turn is read as it was written") {
    auto turn = get_turn(whole_turn()).value();
    REQUIRE(turn.message);
    CHECK(turn.message->whole);
    CHECK(turn.message->data == "the message");
    CHECK(turn.prng == 0x0123456789abcdefull);
    CHECK(turn.failed == "boom");
    CHECK(turn.said == 300);
    CHECK(turn.left_out);
    REQUIRE(turn.answers.size() == 2);
    CHECK(turn.answers[0].question == "get t1 00");
    CHECK(turn.answers[0].answer == "answer one");
    CHECK(turn.answers[1].question == "children");
    CHECK(turn.answers[1].answer == "");
    REQUIRE(turn.effects.size() == 2);
    CHECK(turn.effects[0].verb == "tell");
    CHECK(turn.effects[0].target == "//io");
    CHECK(turn.effects[0].content.is("content"));
    CHECK(turn.effects[1].verb == "finish");
  }

  TEST_CASE("a turn without anything is an empty record") {
    auto turn = get_turn("").value();
    CHECK(!turn.message);
    CHECK(!turn.prng);
    CHECK(!turn.failed);
    CHECK(!turn.left_out);
    CHECK(turn.said == 0);
    CHECK(turn.answers.empty());
    CHECK(turn.effects.empty());
  }

  TEST_CASE("what is long is recorded by its fingerprint, unless all of it must be") {
    constexpr auto longest = whole_bytes_max;
    for (std::size_t size : {std::size_t{0}, longest, longest + 1, 5 * longest})
      for (bool must : {false, true}) {
        CAPTURE(size);
        CAPTURE(must);
        bytes content(size, 'x'), turn;
        put_message(turn, content, must);
        put_said(turn, 1); // the next part is found
        auto read = get_turn(turn).value();
        REQUIRE(read.message);
        CHECK(read.said == 1);
        CHECK(read.message->whole == (must || size <= whole_bytes_max));
        CHECK(read.message->size == size);
        CHECK(read.message->is(content));
        CHECK(!read.message->is(content + "x"));
        if (size > 0)
          content[size / 2] = 'y';
        CHECK(read.message->is(content) == (size == 0));
        if (!read.message->whole) {
          CHECK(read.message->mark == fingerprint(bytes(size, 'x')));
          CHECK(turn.size() < 20);
        }
      }
    CHECK(as_recorded(bytes(whole_bytes_max, 'x')).whole);
    auto longer = as_recorded(bytes(whole_bytes_max + 1, 'x'));
    CHECK(!longer.whole);
    CHECK(longer.is(bytes(whole_bytes_max + 1, 'x')));
    CHECK(!longer.is(bytes(whole_bytes_max + 1, 'y')));
  }

  TEST_CASE("a seat and a digest are read as they were written") {
    bytes out;
    put_participant(out, {"counter", bytes("con\0fig", 7), bytes(3000, 's'), 12});
    auto participant = get_seat(out).value();
    CHECK(participant.kind == "counter");
    CHECK(participant.config == bytes("con\0fig", 7));
    CHECK(participant.state == bytes(3000, 's'));
    CHECK(participant.incarnation == 12);
    out.clear();
    put_digest(out, {0xfedcba9876543210ull, 1'000'000});
    auto digest = get_digest(out).value();
    CHECK(digest.mark == 0xfedcba9876543210ull);
    CHECK(digest.size == 1'000'000);
  }

  TEST_CASE("the stored form is as it is described") {
    using namespace std::string_view_literals;
    bytes turn;
    put_message(turn, "ab", false);
    put_chance(turn, 0x0807060504030201ull);
    put_said(turn, 300);
    put_effect(turn, "ready", "", "");
    CHECK(turn == "\1\5ab\2\1\2\3\4\5\6\7\10\4\xac\2\6\5ready\0\1"sv);
    bytes participant, digest;
    put_participant(participant, {"k", "c", "", 1});
    CHECK(participant == "\1k\1c\0\1"sv);
    put_digest(digest, {1, 128});
    CHECK(digest == "\1\0\0\0\0\0\0\0\x80\1"sv);
  }

  TEST_CASE("a record that is cut off is refused, or is what lies before the cut") {
    auto all = whole_turn();
    int good = 0;
    for (std::size_t size = 0; size < all.size(); ++size) {
      auto read = get_turn(std::string_view{all}.substr(0, size));
      if (!read)
        CHECK(read.error().code == errc::corrupt);
      good += read ? 1 : 0;
    }
    CHECK(good == 9); // between two of nine parts, and before the first
    bytes participant, digest;
    put_participant(participant, {"counter", "config", "state", 1});
    put_digest(digest, {1, 1});
    for (std::size_t size = 0; size < participant.size(); ++size)
      CHECK(!get_seat(std::string_view{participant}.substr(0, size)));
    for (std::size_t size = 0; size < digest.size(); ++size)
      CHECK(!get_digest(std::string_view{digest}.substr(0, size)));
    CHECK(!get_seat(participant + "x"));
    CHECK(!get_digest(digest + "x"));
    CHECK(!get_turn("\x08"));
    CHECK(!get_turn(std::string_view{"\0", 1}));
  }

} // TEST_SUITE
