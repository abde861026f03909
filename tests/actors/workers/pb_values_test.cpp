#include "actors/workers/pb_values.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using wire::jelly;
using workers::datum;
using workers::of_jelly;
using workers::transfer_method;
using workers::transfer_object;

TEST_SUITE("values over PB") {

  TEST_CASE("plain values keep their kind in both directions") {
    for (const auto& one :
         {datum::none(), datum::boolean(true), datum::integer(-1), datum::real(1.5),
          datum::text("t"), datum::raw("\xff"), datum::list({datum::text("a")}),
          datum::map({{"z", datum::integer(1)}, {"a", datum::list()}})})
      CHECK(of_jelly(to_jelly(one, "1.1")) == one);
  }

  TEST_CASE("an obfuscated word is a tuple, a map a dictionary with text keys in its order") {
    auto args = datum::map(
        {{"command", datum::list({datum::text("login"), datum::obfuscated("secret", "***")})},
         {"env", datum::map()}});
    CHECK(to_jelly(args, "1.1")
          == jelly::dictionary(
              {{jelly::text("command"),
                jelly::list({jelly::text("login"),
                             jelly::tuple({jelly::text("obfuscated"), jelly::text("secret"),
                                           jelly::text("***")})})},
               {jelly::text("env"), jelly::dictionary()}}));
  }

  TEST_CASE("an object of a transfer is named after its command") {
    CHECK(to_jelly(datum::object(transfer_object::writer), "4.2") == jelly::own("4.2/writer"));
    CHECK(workers::transfer_object_of("4.2/writer") == transfer_object::writer);
    CHECK(workers::transfer_object_of("4.2/reader") == transfer_object::reader);
    CHECK_FALSE(workers::transfer_object_of("4.2"));
  }

  TEST_CASE("a method that is not known is another one") {
    CHECK(workers::transfer_method_of("utime") == transfer_method::utime);
    CHECK(workers::transfer_method_of("explode") == transfer_method::other);
  }

  TEST_CASE("sequences of a worker are lists, and what builds have no use for is none") {
    auto numbers = datum::list({datum::integer(1), datum::integer(2)});
    jelly::list_type items{jelly::integer(1), jelly::integer(2)};
    for (const auto& one :
         {jelly::tuple(items), jelly::list(items), jelly::set(items), jelly::frozenset(items)})
      CHECK(of_jelly(one) == numbers);
    for (const auto& one : {jelly::remote(1), jelly::local(1), jelly::own("x"),
                            jelly::instance("a.B", jelly::none()), jelly::unpersistable("why")})
      CHECK(of_jelly(one) == datum::none());
    CHECK(of_jelly(jelly::dictionary(
              {{jelly::raw("k"), jelly::text("v")}, {jelly::integer(1), jelly::text("w")}}))
          == datum::map({{"k", datum::text("v")}}));
  }
}
