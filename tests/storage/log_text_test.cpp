#include "storage/log_text.hpp"

#include <random>
#include <regex>
#include <vector>

#include <doctest/doctest.h>

#include "storage/utf8.hpp"

using namespace troupe;
using namespace std::string_literals;

namespace {

// The rule as Buildbot writes it down, for a text that came whole.
std::string by_the_book(const std::string& text) {
  static const std::regex ends{"\r\n|\r|\x1b\\[u|\x1b\\[[0-9]+;[0-9]+[Hf]|\x1b\\[2J|\x08+"};
  std::string out;
  append_utf8(out, std::regex_replace(text, ends, "\n"));
  if (!out.empty() && out.back() != '\n')
    out += '\n';
  return out;
}

std::string split(const std::vector<std::string_view>& pieces) {
  line_splitter splitter;
  std::string out;
  for (auto piece : pieces) {
    auto before = out.size();
    splitter.append(piece, out);
    CHECK((out.size() == before || out.back() == '\n'));
    // Handing over in mid-stream changes nothing.
    splitter = decode<line_splitter>(encode(splitter)).value();
  }
  splitter.finish(out);
  CHECK(splitter == line_splitter{});
  return out;
}

void check_all_splits(const std::string& text, const std::string& expected) {
  CAPTURE(text);
  std::string_view all{text};
  CHECK(split({all}) == expected);
  for (std::size_t i = 0; i <= all.size(); ++i)
    for (std::size_t j = i; j <= all.size(); ++j)
      if (split({all.substr(0, i), all.substr(i, j - i), all.substr(j)}) != expected) {
        CAPTURE(i);
        CAPTURE(j);
        CHECK(split({all.substr(0, i), all.substr(i, j - i), all.substr(j)}) == expected);
      }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < all.size(); ++i)
    bytes.push_back(all.substr(i, 1));
  CHECK(split(bytes) == expected);
}

} // namespace

TEST_SUITE("log text") {

  TEST_CASE("lines come out the same wherever the stream is cut") {
    for (const auto& text : std::vector<std::string>{
             "",
             "\n",
             "\n\n",
             "plain\n",
             "no end",
             "one\ntwo\nthree",
             "dos\r\ndos\r\n",
             "\r",
             "\r\r",
             "\r\n\r\n",
             "a\r\r\nb",
             "a\n\rb",
             "50%\r100%\rdone\n",
             "end in cr\r",
             "\b",
             "a\b\b\bb\b\bc\n",
             "a\b\nb",
             "a\b\r\nb",
             "a\r\b\n",
             "\b\n\b",
             "tail\b\b",
             "x\033[uy\n",
             "x\033[1;1Hy\033[22;333fz\n",
             "x\033[2Jy\n",
             "x\033[2J",
             "\033[u\033[u",
             "red \033[31mtext\033[0m\n",
             "x\033[1;Hy\n",
             "x\033[;1Hy\n",
             "x\033[1Hy\n",
             "x\033[22Jy\n",
             "x\033[02Jy\n",
             "x\033[1;2Jy\n",
             "x\033",
             "x\033[",
             "x\033[1",
             "x\033[1;",
             "x\033[1;2",
             "x\033\033[u",
             "x\033[\033[2Jy",
             "x\033[1;\nH\n",
             "x\033[1\r\n;2H",
             "nul\0in\0line\n"s,
             "\u00e9\u20ac\n\U0001f600",
             "bad \xff\n\xe2\x82\n\xe2\x82",
             "\xf0\x9f\r\n\x98\x80\b\xc3",
             "o\033[12345678901234567Hx\n",
         })
      check_all_splits(text, by_the_book(text));
  }

  TEST_CASE("some answers, spelled out") {
    CHECK(split({"a\r\nb\rc\n"}) == "a\nb\nc\n");
    CHECK(split({"10%\b\b\b20%\b\b\b\n"}) == "10%\n20%\n\n");
    CHECK(split({"clear\033[2Jtop\033[1;1Hhome\033[uback"}) == "clear\ntop\nhome\nback\n");
    CHECK(split({"\xe2", "\x82", "\xac\n"}) == "\u20ac\n");
    CHECK(split({"\xe2\x82", "\n"}) == "\ufffd\n");
    CHECK(split({}) == "");
  }

  TEST_CASE("random mixtures come out as the rule says, cut at random") {
    std::mt19937 prng{20261122};
    const std::vector<std::string> parts{
        "\r",     "\n",   "\b",       "\033", "[",  "2",      "J",
        "u",      ";",    "7",        "H",    "f",  "\033[u", "\033[3;4H",
        "\u20ac", "\xe2", "\xe2\x82", "\xff", "ab", "\0"s,    "\033[2J"};
    auto below = [&](std::size_t n) { return static_cast<std::size_t>(prng() % n); };
    for (int round = 0; round < 3000; ++round) {
      std::string text;
      for (auto n = below(30); n > 0; --n)
        text += parts[below(parts.size())];
      std::vector<std::string_view> pieces;
      for (std::string_view rest = text; !rest.empty();) {
        auto size = 1 + below(rest.size());
        pieces.push_back(rest.substr(0, size));
        rest.remove_prefix(size);
      }
      CAPTURE(round);
      REQUIRE(split(pieces) == by_the_book(text));
    }
  }

  TEST_CASE("a long rest waits for its end, but not when more arrives first") {
    std::string line(5000, 'x');
    CHECK(split({line}) == std::string(4096, 'x') + "\n" + std::string(904, 'x') + "\n");
    CHECK(split({line + "\n"}) == line + "\n"); // came whole
    CHECK(split({line, "y\n"}) == std::string(4096, 'x') + "\n" + std::string(904, 'x') + "\ny\n");
    std::string fits(4096, 'x');
    CHECK(split({fits, "y\n"}) == fits + "y\n");
    CHECK(split({fits + "x", "y\n"}) == fits + "\nx\ny\n");
    CHECK(split({std::string(3 * 4096, 'x'), "\n"}) == fits + "\n" + fits + "\n" + fits + "\n\n");
  }

  TEST_CASE("long rests are measured in characters and cut between them") {
    std::string fits, more;
    for (int i = 0; i < 4096; ++i)
      fits += "\u20ac";
    CHECK(split({fits, "y\n"}) == fits + "y\n");
    CHECK(split({fits + "\u20ac\xe2", "\x82\xac\n"}) == fits + "\n\u20ac\n\u20ac\n");
  }

  TEST_CASE("the line splitter says nothing before a line is whole") {
    line_splitter splitter;
    std::string out;
    splitter.append("half", out);
    CHECK(out.empty());
    splitter.append(" a line\nand", out);
    CHECK(out == "half a line\n");
    splitter.append("\033[1;", out);
    CHECK(out == "half a line\n");
    splitter.append("1H", out);
    CHECK(out == "half a line\nand\n");
  }

  TEST_CASE("channels go in front of each line and off again") {
    std::string stored;
    append_with_channel(stored, 'h', "make\n");
    append_with_channel(stored, 'o', "one\n\ntwo\n");
    append_with_channel(stored, 'e', "");
    CHECK(stored == "hmake\noone\no\notwo\n");
    std::string text;
    append_without_channel(text, stored);
    CHECK(text == "make\none\n\ntwo\n");
  }
}
