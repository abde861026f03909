#include "storage/utf8.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace troupe;

namespace {

std::string repaired(std::string_view text) {
  std::string out;
  append_utf8(out, text);
  return out;
}

} // namespace

TEST_SUITE("utf8") {

  TEST_CASE("UTF-8 repair leaves valid text alone, NUL included") {
    for (std::string text : {std::string{}, std::string{"plain"}, std::string("a\0b", 3),
                             std::string{"\u00e9\u20ac\U0001f600\U0010ffff\ue000"},
                             std::string(100, 'x') + "\u20ac" + std::string(100, 'y')}) {
      CHECK(valid_utf8_bytes(text) == text.size());
      CHECK(repaired(text) == text);
    }
  }

  // What Python's decoder with errors="replace" answers.
  TEST_CASE("each longest beginning of a character, and each other byte, becomes one mark") {
    struct example {
      const char* text;
      const char* repaired;
    };
    for (auto [text, expected] : std::vector<example>{
             {"\x80", "\ufffd"},
             {"a\xff z", "a\ufffd z"},
             {"\xc3", "\ufffd"},
             {"\xc3\x28", "\ufffd("},
             {"\xe2\x82", "\ufffd"},
             {"\xe2\x82z", "\ufffdz"},
             {"\xe2z", "\ufffdz"},
             {"\xf0\x9f\x98", "\ufffd"},
             {"\xf0\x9f\x98\xf0\x9f\x98\x80", "\ufffd\U0001f600"},
             {"\xc0\xaf", "\ufffd\ufffd"},
             {"\xe0\x80\xaf", "\ufffd\ufffd\ufffd"},
             {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
             {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
             {"\xf5\x80", "\ufffd\ufffd"},
         }) {
      const auto& wanted = expected;
      CAPTURE(wanted);
      CHECK(repaired(text) == expected);
    }
  }

  TEST_CASE("UTF-8 repair knows what more bytes could complete") {
    CHECK(incomplete_utf8_bytes("") == 0);
    CHECK(incomplete_utf8_bytes("a") == 0);
    CHECK(incomplete_utf8_bytes("\u20ac") == 0);
    CHECK(incomplete_utf8_bytes("a\xe2") == 1);
    CHECK(incomplete_utf8_bytes("a\xe2\x82") == 2);
    CHECK(incomplete_utf8_bytes("a\xf0\x9f\x98") == 3);
    CHECK(incomplete_utf8_bytes("\x82\x82\x82") == 0);
    CHECK(incomplete_utf8_bytes("\xe0\x80") == 0);
    CHECK(incomplete_utf8_bytes("\xff") == 0);
  }

  TEST_CASE("UTF-8 repair counts characters") {
    CHECK(utf8_length("a\u20ac\U0001f600") == 3);
    CHECK(utf8_bytes("a\u20ac\U0001f600", 2) == 4);
    CHECK(utf8_bytes("a\u20ac", 0) == 0);
    CHECK(utf8_bytes("a\u20ac", 9) == 4);
  }
}
