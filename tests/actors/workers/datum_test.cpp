#include "actors/workers/datum.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "storage/json.hpp"

using namespace troupe;
using workers::datum;
using workers::transfer_object;

namespace {

/// One of each kind, and those with a mark of their own in JSON.
std::vector<datum> examples() {
  constexpr auto infinity = std::numeric_limits<double>::infinity();
  return {datum::none(),
          datum::boolean(true),
          datum::boolean(false),
          datum::integer(-7),
          datum::integer(std::numeric_limits<std::int64_t>::max()),
          datum::real(2),
          datum::real(-infinity),
          datum::text(""),
          datum::text("h\xc3\xa4"),
          datum::raw({"\xff\0x", 3}),
          datum::obfuscated("secret", "***"),
          datum::object(transfer_object::reader),
          datum::object(transfer_object::writer),
          datum::list(),
          datum::list({datum::integer(1), datum::list({datum::none()})}),
          datum::map(),
          datum::map({{"b", datum::text("1")}, {"a", datum::none()}}),
          datum::map({{"a", datum::integer(1)}, {"a", datum::integer(2)}}),
          datum::map({{"bytes", datum::text("not bytes")}}),
          datum::map({{"\xff", datum::map({{"object", datum::text("reader")}})}})};
}

} // namespace

TEST_SUITE("datum") {

  TEST_CASE("every kind is read back from its stored form") {
    for (const auto& one : examples()) {
      CAPTURE(print(as_json(one)));
      CHECK(decode<datum>(encode(one)).value() == one);
    }
  }

  TEST_CASE("every kind is read back from its JSON form") {
    for (const auto& one : examples()) {
      auto shown = print(as_json(one));
      CAPTURE(shown);
      datum read;
      REQUIRE(from_json(read, parse_json(shown).value()));
      CHECK(read == one);
    }
    datum read;
    REQUIRE(from_json(read, as_json(datum::real(std::nan("")))));
    CHECK(std::isnan(*read.as_real()));
  }

  TEST_CASE("no two of different kinds are equal") {
    auto all = examples();
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = 0; j < all.size(); ++j)
        CHECK((all[i] == all[j]) == (i == j));
  }

  TEST_CASE("a damaged stored form is refused") {
    CHECK_FALSE(decode<datum>(""));
    CHECK_FALSE(decode<datum>("\x0a"));
    for (const auto& one : {datum::list({datum::text("abc")}), datum::obfuscated("a", "b"),
                            datum::map({{"key", datum::real(0.5)}})}) {
      auto stored = encode(one);
      for (std::size_t size = 1; size < stored.size(); ++size)
        if (auto read = decode<datum>(std::string_view{stored}.substr(0, size)))
          CHECK_FALSE(*read == one);
    }
  }

  TEST_CASE("JSON with an unknown name in a mark is refused") {
    for (auto text : {R"({"object": "neither"})", R"({"real": "much"})", R"({"bytes": 1})",
                      R"({"map": [["key"]]})", "18446744073709551615"}) {
      CAPTURE(text);
      datum read;
      CHECK_FALSE(from_json(read, parse_json(text).value()));
    }
  }

  TEST_CASE("numbers are taken from what can be one") {
    CHECK(datum::boolean(true).as_int() == 1);
    CHECK(datum::integer(3).as_real() == 3.0);
    CHECK_FALSE(datum::real(3).as_int());
    CHECK_FALSE(datum::text("3").as_int());
    CHECK_FALSE(datum::boolean(true).as_real());
  }

  TEST_CASE("what is added to none makes a map of it, in order") {
    datum args;
    args.add("z", datum::integer(1)).add("a", datum::integer(2));
    CHECK(args == datum::map({{"z", datum::integer(1)}, {"a", datum::integer(2)}}));
    CHECK(*args.find("a") == datum::integer(2));
    CHECK(args.find("b") == nullptr);
  }
}
