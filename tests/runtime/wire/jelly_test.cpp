#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "recordings.hpp"
#include "runtime/wire/banana.hpp"
#include "runtime/wire/jelly.hpp"

using namespace troupe;
using namespace troupe::wire;
using namespace troupe::wire::tests;

namespace {

std::string why(sexp from) {
  auto read = unjelly(std::move(from));
  return read ? "accepted" : read.error().message;
}

void check_round_trips(const jelly& value) {
  CHECK(decode<jelly>(encode(value)).value() == value);
  jelly from_json;
  auto done = of_json(from_json, as_json(value));
  REQUIRE(done);
  CHECK(from_json == value);
}

bool has_shared_parts(const sexp& x) {
  if (const auto* string = x.string())
    return *string == "reference" || *string == "dereference";
  if (const auto* elements = x.elements())
    for (const auto& element : *elements)
      if (has_shared_parts(element))
        return true;
  return false;
}

jelly everything() {
  auto message = jelly::dictionary();
  message.add("name", jelly::text("grün")).add("raw", jelly::raw("\xff"));
  return jelly::list(
      {jelly::none(),
       jelly::boolean(true),
       jelly::integer(-7),
       jelly::real(1.5),
       jelly::raw("bytes"),
       jelly::text(""),
       jelly::tuple(),
       message,
       jelly::dictionary({{jelly::integer(1), jelly::none()}, {jelly::integer(1), jelly::none()}}),
       jelly::dictionary().add("tuple", jelly::list()),
       jelly::set({jelly::integer(1)}),
       jelly::frozenset(),
       jelly::remote(5),
       jelly::local(6),
       jelly::own("command/12"),
       jelly::instance("some.Class", jelly::dictionary().add("a", jelly::none())),
       jelly::unpersistable("a lock"),
       jelly::opaque(sexp::list("date", "2020 1 2")),
       jelly::big(big_integer{*parse_integer("-18446744073709551616").value().big()}),
       jelly::raw("utf-8"),
       jelly::text("\xff")});
}

} // namespace

TEST_SUITE("jelly") {

  TEST_CASE("jelly reads and writes every vector") {
    int both = 0, read_only = 0;
    for (const auto& line : vectors()) {
      if (text_at(line, "kind") != "jelly")
        continue;
      CAPTURE(text_at(line, "what"));
      auto expression = vector_sexp(line.at("sexp"));
      auto value = unjelly(sexp{expression});
      REQUIRE(value);
      check_round_trips(*value);
      if (has_shared_parts(expression)) {
        ++read_only; // what was shared is repeated when written
        CHECK(unjelly(to_sexp(*value)).value() == *value);
        continue;
      }
      CHECK(to_sexp(*value) == expression);
      ++both;
    }
    MESSAGE("jelly vectors: ", both, " both ways, ", read_only, " with shared parts");
  }

  TEST_CASE("every kind survives storing and showing") {
    check_round_trips(everything());
    CHECK(print(as_json(jelly::tuple({jelly::remote(5), jelly::raw("a"), jelly::raw("\xff")})))
          == R"({"tuple":[{"remote":5},{"bytes":"a"},{"hex":"ff"}]})");
  }

  TEST_CASE("shared parts are repeated, cycles are refused") {
    auto shared = sexp::list("reference", 1, sexp::list("list", 7));
    auto again = sexp::list("dereference", 1);
    auto twice = jelly::list({jelly::integer(7)});
    CHECK(unjelly(sexp::list("tuple", shared, again)).value() == jelly::tuple({twice, twice}));
    CHECK(why(sexp::list("tuple", again, shared))
              .starts_with("twisted.spread.jelly.InsecureJelly: a use of a shared part"));
    CHECK(why(sexp::list("reference", 1, sexp::list("list", again)))
              .starts_with("twisted.spread.jelly.InsecureJelly: a use of a shared part"));
    CHECK(why(sexp::list("tuple", shared, shared)).ends_with("reference 1 twice"));
  }

  TEST_CASE("copies of copies have a bound") {
    auto bomb = sexp::list("list");
    for (int i = 1; i <= 40; ++i) {
      auto doubled = sexp::list("list");
      for (int k = 0; k < 2; ++k)
        doubled.elements()->push_back(i == 1 ? sexp{1} : sexp::list("dereference", i - 1));
      bomb.elements()->push_back(sexp::list("reference", i, std::move(doubled)));
    }
    CHECK(why(bomb).ends_with("shared parts of more than 16777216 bytes"));

    auto tower = sexp::list("list");
    for (int i = 1; i <= 100; ++i)
      tower.elements()->push_back(sexp::list(
          "reference", i, sexp::list("list", i == 1 ? sexp{1} : sexp::list("dereference", i - 1))));
    CHECK(why(tower).ends_with("shared parts nested too deep"));

    auto dates = sexp::list("decimal", bytes(1000, '1'), 1);
    CHECK(why(dates).ends_with("decimal of strange parts"));
  }

  TEST_CASE("refusals begin with the exception to answer with") {
    constexpr auto insecure = "twisted.spread.jelly.InsecureJelly: ";
    CHECK(why(sexp::list("module", "os")) == std::string{insecure} + "type not allowed: module");
    CHECK(why(sexp::list("own", "key")) == std::string{insecure} + "type not allowed: own");
    CHECK(why(sexp::list("unicode", "\xff"))
          == "builtins.UnicodeDecodeError: text that is not UTF-8");
    CHECK(why(sexp::list("unicode", "\xed\xa0\x80")).starts_with("builtins.UnicodeDecodeError"));
    for (auto wrong :
         {sexp::list(), sexp::list(1), sexp::list("None", 1), sexp::list("boolean", "maybe"),
          sexp::list("boolean"), sexp::list("unicode"), sexp::list("unicode", 1),
          sexp::list("dictionary", 1), sexp::list("dictionary", sexp::list(1)),
          sexp::list("remote"), sexp::list("remote", "1"), sexp::list("local", 0),
          sexp::list("reference", 1), sexp::list("dereference", "1"), sexp::list("a.b"),
          sexp::list("unpersistable", 1), sexp::list("\xff.x", 1)})
      CHECK(why(wrong).starts_with(insecure));
  }

  TEST_CASE("references of the sender are counted as often as they were sent") {
    std::vector<std::int64_t> references;
    auto remote = sexp::list("remote", 3);
    auto all = sexp::list("list", remote, sexp::list("reference", 1, sexp::list("tuple", remote)),
                          sexp::list("dereference", 1), sexp::list("remote", 4));
    REQUIRE(unjelly(std::move(all), &references));
    CHECK(references == std::vector<std::int64_t>{3, 3, 4});
  }

  TEST_CASE("accessors take what peers of either age send") {
    CHECK(*jelly::text("a").as_text() == "a");
    CHECK(*jelly::raw("a").as_text() == "a");
    CHECK(jelly::own("a").as_text() == nullptr);
    CHECK(jelly::integer(1).as_bool() == true);
    CHECK(jelly::boolean(true).as_int() == 1);
    CHECK(jelly::remote(4).as_int() == std::nullopt);
    CHECK(jelly::integer(2).as_real() == 2.0);
    CHECK(jelly::remote(4).as_remote() == 4);
    auto map = jelly::dictionary({{jelly::raw("b"), jelly::integer(1)}});
    map.add("t", jelly::integer(2));
    CHECK(*map.find("b") == jelly::integer(1));
    CHECK(*map.find("t") == jelly::integer(2));
    CHECK(map.find("x") == nullptr);
    CHECK(jelly::none().find("x") == nullptr);
    CHECK(jelly::integer(1).items().empty());
    CHECK(jelly::real(0.0) != jelly::real(-0.0));
  }

  TEST_CASE("JSON that stands for no value is refused") {
    jelly x;
    for (auto text : {R"({"remote": "a"})", R"({"hex": "0g"})", R"({"hex": "0"})",
                      R"({"dictionary": [[1]]})", R"({"instance": [1, 2]})", R"({"integer": "a"})",
                      R"({"boolean": 1})", R"([{"tuple": 1}])", "18446744073709551615"})
      CHECK_FALSE(of_json(x, parse_json(text).value()));
  }

} // TEST_SUITE
