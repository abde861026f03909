#include <doctest/doctest.h>

#include "storage/codec.hpp"
#include "storage/json.hpp"

namespace {

enum class colour { red, green };
constexpr auto names_of(colour) {
  return std::array<std::string_view, 2>{"red", "green"};
}

struct inner {
  std::string name;
  std::vector<int> numbers;
  TROUPE_FIELDS(name, numbers)
};

struct outer {
  std::int64_t count = 0;
  double ratio = 0;
  bool flag = false;
  colour paint = colour::red;
  std::optional<inner> maybe;
  std::map<std::string, inner> named;
  std::vector<inner> list;
  troupe::instant when;
  troupe::json free;
  std::string long_text;
  TROUPE_FIELDS(count, ratio, flag, paint, maybe, named, list, when, free, long_text)
};

struct outer_next {
  std::string long_text;
  std::int64_t count = 0;
  std::string added = "default";
  TROUPE_FIELDS(long_text, count, added)
};

outer example() {
  outer x;
  x.count = -77;
  x.ratio = 0.1;
  x.flag = true;
  x.paint = colour::green;
  x.maybe = inner{"m", {1, -2, 300000}};
  x.named["k"] = {"n", {}};
  x.list = {{"a", {1}}, {"b", {}}};
  x.when = troupe::instant{troupe::span{1795340312957024}};
  x.free = {{"any", {1, 2, "three"}}};
  x.long_text = std::string(1000, 'x');
  return x;
}

} // namespace

TEST_SUITE("codec") {

  TEST_CASE("the codec gives back what it was given") {
    auto x = example();
    auto y = troupe::decode<outer>(troupe::encode(x));
    REQUIRE(y);
    CHECK(*y == x);
    CHECK(troupe::digest(*y) == troupe::digest(x));
  }

  TEST_CASE("the codec refuses every truncation or reads it as fewer fields, and never crashes") {
    auto whole = troupe::encode(example());
    for (std::size_t n = 0; n < whole.size(); ++n)
      static_cast<void>(troupe::decode<outer>(std::string_view{whole}.substr(0, n)));
    CHECK_FALSE(troupe::decode<outer>(std::string_view{whole}.substr(0, whole.size() - 1)));
  }

  TEST_CASE("a reader of another version takes the fields it knows") {
    auto y = troupe::decode<outer_next>(troupe::encode(example()));
    REQUIRE(y);
    CHECK(y->count == -77);
    CHECK(y->long_text.size() == 1000);
    CHECK(y->added == "default");
  }

  TEST_CASE("JSON gives back what it was given") {
    auto x = example();
    outer y;
    auto done = troupe::from_json(y, troupe::to_json(x));
    REQUIRE_MESSAGE(done, done.error().message);
    CHECK(x == y);
  }

  TEST_CASE("JSON errors name the path and the nearest key") {
    outer x;
    auto parsed = troupe::parse_json(R"({"list": [{"name": "a"}, {"nam": "b"}]})");
    REQUIRE(parsed);
    auto done = troupe::from_json(x, *parsed);
    REQUIRE_FALSE(done);
    CHECK(done.error().message == "list: [1]: unknown key 'nam': did you mean 'name'?");
  }

  TEST_CASE("bytes that are no text, and long times, come back from JSON as they were") {
    outer x;
    x.long_text = std::string{"\xff\0a", 3};
    x.named[x.long_text] = {"\xc3", {}};
    x.named["\xc3\xbc"] = {std::string{"\0hex:ff", 7}, {}};
    x.when = troupe::instant::max();
    outer y;
    auto shown = troupe::parse_json(troupe::print(troupe::to_json(x)));
    REQUIRE(shown);
    auto done = troupe::from_json(y, *shown);
    REQUIRE_MESSAGE(done, done.error().message);
    CHECK(x == y);
    for (auto us : std::vector<std::int64_t>{-1'500'001, -1, 0, 1'795'340'312'957'024}) {
      troupe::span back{7};
      REQUIRE(troupe::from_json(back, troupe::to_json(troupe::span{us})));
      CHECK(back.count() == us);
    }
  }

  TEST_CASE("JSON numbers that a field cannot hold are refused") {
    outer x;
    CHECK(
        troupe::from_json(x, troupe::parse_json(R"({"list": [{"numbers": [2147483648]}]})").value())
            .error()
            .message
        == "list: [0]: numbers: [0]: a smaller number expected, found 2147483648");
  }

  TEST_CASE("type names are qualified and without our own prefix") {
    CHECK(troupe::type_name<troupe::failure>() == "failure");
    CHECK(troupe::type_name<std::string>().substr(0, 5) == "std::");
  }
}
