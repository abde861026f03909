#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "runtime/wire/pb_failure.hpp"

using namespace troupe;
using namespace troupe::wire;

TEST_SUITE("pb failure") {

  TEST_CASE("a failure has every key in the kind that peers insist on") {
    auto failure = to_jelly(pb_error::unauthorized_login());
    CHECK(failure.class_name() == "twisted.spread.pb.CopyableFailure");
    CHECK(
        print(as_json(failure.state()))
        == R"({"count":0,"type":{"bytes":"twisted.cred.error.UnauthorizedLogin"},"value":"",)"
           R"("captureVars":false,"frames":[],"stack":[],"tb":null,)"
           R"("parents":["twisted.cred.error.UnauthorizedLogin","twisted.cred.error.LoginFailed",)"
           R"("twisted.cred.error.Unauthorized","builtins.Exception","builtins.BaseException",)"
           R"("builtins.object"],"pickled":1,"unsafeTracebacks":false,)"
           R"("traceback":"Traceback unavailable\n"})");
    for (const auto& [key, value] : failure.state().pairs())
      CHECK(key.is(jelly_kind::text));
  }

  TEST_CASE("a failure comes back as it was") {
    for (auto error : {pb_error::unauthorized_login(), pb_error::unhandled_credentials(),
                       pb_error::duplicate_worker(), pb_error::no_such_method("dance"),
                       pb_error::attribute_error("no dance"), pb_error::invalid_object_id(),
                       pb_error::type_error("too few"),
                       pb_error::of("builtins.KeyError", {"builtins.LookupError"}, "'x'")}) {
      auto read = read_failure(to_jelly(error));
      CHECK(read.traceback == "Traceback unavailable\n");
      read.traceback.clear();
      CHECK(read == error);
      CHECK(read.is_a("builtins.Exception"));
      CHECK_FALSE(read.is_a("builtins.OSError"));
    }
  }

  TEST_CASE("a failure names its kinds as the table says") {
    CHECK(pb_error::no_such_method("x").value == "No such method: remote_x");
    CHECK(pb_error::no_such_method("x").parents[1] == "builtins.AttributeError");
    CHECK(pb_error::invalid_object_id().value == "Invalid Object ID");
    CHECK(pb_error::duplicate_worker().value == "rejecting duplicate worker");
  }

  TEST_CASE("a failure is read from whatever a peer makes of it") {
    auto other = jelly::instance("some.Error", jelly::dictionary().add("value", jelly::raw("why")));
    CHECK(read_failure(other).type == "some.Error");
    CHECK(read_failure(other).value == "why");
    CHECK(read_failure(jelly::text("just words")).value == "just words");
    CHECK(read_failure(jelly::none()) == pb_error{});
    CHECK(read_failure(jelly::instance("some.Error", jelly::integer(1))).type == "some.Error");
  }

  TEST_CASE("never sends text that is not UTF-8") {
    auto failure = to_jelly(pb_error::type_error("bad \xff"));
    CHECK(*failure.state().find("value")->as_text() == "0x62616420ff");
  }

} // TEST_SUITE
