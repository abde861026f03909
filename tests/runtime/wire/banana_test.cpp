#include <limits>

#include <doctest/doctest.h>

#include "recordings.hpp"
#include "runtime/wire/banana.hpp"

using namespace troupe;
using namespace troupe::wire;
using namespace troupe::wire::tests;

namespace {

bytes banana(const sexp& x) {
  bytes out;
  append_banana(out, x).value();
  return out;
}

/// The one expression that `in` is, or the words of the failure, or "more" if it ends too early.
std::string outcome(std::string_view in, sexp* value = nullptr, bool message = true) {
  banana_state reader{.words_known = message};
  auto read = take_expression(reader, in);
  if (!read)
    return read.error().message;
  if (!*read)
    return "more";
  if (value != nullptr)
    *value = std::move(**read);
  return in.empty() ? "whole" : "left over";
}

/// Reads byte by byte, the state stored and loaded between each two.
std::string outcome_by_bytes(std::string_view in, sexp* value) {
  banana_state reader{.words_known = true};
  for (std::size_t i = 0; i < in.size(); ++i) {
    reader = decode<banana_state>(encode(reader)).value();
    auto one = in.substr(i, 1);
    auto read = take_expression(reader, one);
    if (!read)
      return read.error().message;
    if (!*read)
      continue;
    *value = std::move(**read);
    return i + 1 == in.size() ? "whole" : "left over";
  }
  return "more";
}

sexp nested(std::size_t depth) {
  sexp x = sexp::list();
  for (std::size_t i = 1; i < depth; ++i)
    x = sexp::list(std::move(x));
  return x;
}

bytes nested_bytes(std::size_t depth) {
  bytes out;
  for (std::size_t i = 1; i < depth; ++i)
    out += "\x01\x80";
  out += bytes{"\x00\x80", 2};
  return out;
}

} // namespace

TEST_SUITE("banana") {

  TEST_CASE("banana reads and writes every vector as stock does") {
    int written = 0, read_only = 0, bad = 0;
    for (const auto& line : vectors()) {
      auto kind = text_at(line, "kind");
      if (kind == "login")
        continue;
      auto hex = raw(text_at(line, "hex"));
      CAPTURE(text_at(line, "hex").substr(0, 80));
      sexp value, slowly;
      if (line.get_object().contains("bad")) {
        auto message = outcome(hex);
        CHECK(message != "whole");
        CHECK(message != "more");
        CHECK(outcome_by_bytes(hex, &slowly) == message);
        ++bad;
        continue;
      }
      auto wanted = vector_sexp(line.at("sexp"));
      REQUIRE(outcome(hex, &value) == "whole");
      CHECK(value == wanted);
      if (hex.size() <= 2000) {
        CHECK(outcome_by_bytes(hex, &slowly) == "whole");
        CHECK(slowly == wanted);
      }
      for (std::size_t cut = 0; cut < hex.size(); cut += 1 + hex.size() / 1000)
        CHECK(outcome(std::string_view{hex}.substr(0, cut)) == "more");
      sexp from_json;
      REQUIRE(of_json(from_json, as_json(value)));
      CHECK(from_json == value);
      CHECK(decode<sexp>(encode(value)).value() == value);
      if (line.get_object().contains("decode_only")) {
        ++read_only;
        continue;
      }
      CHECK(banana(value) == hex);
      ++written;
    }
    MESSAGE("vectors: ", written, " both ways, ", read_only, " read only, ", bad, " refused");
  }

  TEST_CASE("banana takes the limits of the protocol and no more") {
    auto string_of = [](std::size_t length) { return bytes(length, 'x'); };
    sexp value;
    CHECK(outcome(banana(string_of(655360)), &value) == "whole");
    CHECK(value == sexp{string_of(655360)});
    CHECK(outcome(raw("01002882")) == "string of 655361 bytes, 655360 allowed");
    CHECK(outcome(banana(sexp::list_type(655360)), &value) == "whole");
    CHECK(outcome(raw("01002880")) == "list of 655361 elements, 655360 allowed");
    CHECK(outcome(bytes(63, '\0') + "\x01\x81", &value) == "whole");
    CHECK(value.big() != nullptr);
    CHECK(outcome(bytes(64, '\0') + "\x01\x81") == "prefix of more than 64 bytes");
    CHECK(outcome(bytes(65, '\0')) == "prefix of more than 64 bytes");
    CHECK(outcome(nested_bytes(64), &value) == "whole");
    CHECK(value == nested(64));
    CHECK(outcome(nested_bytes(65)) == "lists nested deeper than 64");
    CHECK(outcome(bytes(63, '\x7f') + "\x7f\x82").ends_with("bytes, 655360 allowed"));
  }

  TEST_CASE("long strings come in small pieces") {
    auto message = banana(sexp::list("stdout", bytes(600000, 'x'), 1));
    banana_state reader;
    sexp value;
    int complete = 0;
    for (std::size_t i = 0; i < message.size(); ++i) {
      auto piece = std::string_view{message}.substr(i, 1);
      if (auto read = take_expression(reader, piece).value()) {
        value = std::move(*read);
        ++complete;
      }
    }
    CHECK(complete == 1);
    CHECK(value == sexp::list("stdout", bytes(600000, 'x'), 1));
    CHECK(reader == banana_state{});
  }

  TEST_CASE("bounds a whole expression") {
    auto half = banana(bytes(600000, 'x'));
    bytes message = "\x1e\x80";
    for (int i = 0; i < 30; ++i)
      message += half;
    CHECK(outcome(message) == "expression of more than 16777216 bytes");

    bytes crowd = "\x02\x80";
    for (int i = 0; i < 2; ++i)
      crowd += banana(sexp::list_type(600000));
    CHECK(outcome(crowd) == "expression of more than 1048576 elements");
  }

  TEST_CASE("banana refuses to write what a peer would refuse to read") {
    bytes out = "before";
    CHECK(append_banana(out, bytes(655361, 'x')).error().message
          == "string of 655361 bytes, 655360 allowed");
    CHECK(append_banana(out, sexp::list(1, sexp::list_type(655361))).error().message
          == "list of 655361 elements, 655360 allowed");
    CHECK(append_banana(out, nested(65)).error().message == "lists nested deeper than 64");
    CHECK(out == "before");
  }

  TEST_CASE("banana knows words only once the dialect is chosen") {
    CHECK(outcome("\x01\x87", nullptr, false) == "a word before the dialect was chosen");
    bytes out;
    append_banana(out, "list", false).value();
    CHECK(out == "\x04\x82list");
  }

  TEST_CASE("banana stays broken") {
    banana_state reader;
    std::string_view in = "\x88";
    CHECK_FALSE(take_expression(reader, in));
    in = "\x01\x81";
    CHECK(take_expression(reader, in).error().message == "type byte 0x88 is not known");
  }

  TEST_CASE("banana keeps numbers beyond 64 bits exact") {
    using limits = std::numeric_limits<std::int64_t>;
    for (auto text : {"9223372036854775807", "-9223372036854775808", "9223372036854775808",
                      "-9223372036854775809", "18446744073709551616", "0"}) {
      auto number = parse_integer(text).value();
      sexp read;
      CHECK(outcome(banana(number), &read) == "whole");
      CHECK(read == number);
      CHECK((number.big() != nullptr ? number.big()->decimal() : std::to_string(*number.integer()))
            == text);
    }
    CHECK(parse_integer("9223372036854775807").value() == sexp{limits::max()});
    CHECK(parse_integer("-9223372036854775808").value() == sexp{limits::min()});
    CHECK_FALSE(parse_integer("1x"));
    CHECK_FALSE(parse_integer("-"));
    CHECK_FALSE(parse_integer(std::string(136, '9')));
  }

  TEST_CASE("banana shows what JSON cannot hold") {
    sexp x = sexp::list(1, 1.5, "gr\xc3\xbc\xc3\x9f", "\xff", sexp{HUGE_VAL}, sexp::list());
    CHECK(print(as_json(x)) == R"([1,1.5E0,"grüß",{"hex":"ff"},{"real":"inf"},[]])");
    sexp read;
    REQUIRE(of_json(read, as_json(x)));
    CHECK(read == x);
    CHECK_FALSE(of_json(read, parse_json(R"({"what": 1})").value()));
  }

} // TEST_SUITE
