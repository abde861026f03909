#include <doctest/doctest.h>

#include "recordings.hpp"
#include "runtime/wire/pb_login.hpp"
#include "storage/hex.hpp"

using namespace troupe;
using namespace troupe::wire;
using namespace troupe::wire::tests;

TEST_SUITE("pb login") {

  TEST_CASE("a login answers challenges as stock does") {
    CHECK(to_hex(pb_response("pw-w-attach", raw("1d9c6f21789ea9216a733e2a89c92f25")))
          == "1c2f5e6ad5fc36f13b3e40cbf4a73d3a");
    int seen = 0;
    for (const auto& line : vectors())
      if (text_at(line, "kind") == "login") {
        auto challenge = raw(text_at(line, "challenge"));
        auto response = raw(text_at(line, "response"));
        CHECK(pb_response(text_at(line, "password"), challenge) == response);
        CHECK(proves_password(text_at(line, "password"), challenge, response));
        ++seen;
      }
    MESSAGE("login vectors: ", seen);
  }

  TEST_CASE("a login takes no other response") {
    auto response = pb_response("secret", "challenge");
    CHECK(proves_password("secret", "challenge", response));
    CHECK_FALSE(proves_password("Secret", "challenge", response));
    CHECK_FALSE(proves_password("secret", "challenge", response.substr(0, 15)));
    CHECK_FALSE(proves_password("secret", "challenge", ""));
    CHECK(equal_secrets("", ""));
  }

} // TEST_SUITE
