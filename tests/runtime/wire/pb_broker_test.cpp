#include <doctest/doctest.h>

#include "recordings.hpp"
#include "runtime/wire/pb_broker.hpp"

using namespace troupe;
using namespace troupe::wire;
using namespace troupe::wire::tests;

namespace {

/// A listening broker past the greeting, and what a test says to it by hand.
struct master {
  pb_broker broker = pb_broker::listening();
  bytes out;

  explicit master(pb_limits limits = {}) : broker{pb_broker::listening(limits)} {
    say("pb");
    say(sexp::list("version", 6));
    out.clear();
  }

  std::vector<broker_event> say(const sexp& message) {
    bytes in;
    append_banana(in, message).value();
    return broker.take(in, out);
  }

  std::vector<broker_event> call(std::int64_t request, sexp object, sexp args = sexp::list("tuple"),
                                 int wants = 1) {
    return say(sexp::list("message", request, std::move(object), "method", wants, std::move(args),
                          sexp::list("dictionary")));
  }

  /// Lets the peer hand us its object `id`, through a call that is answered.
  void receive(std::int64_t id) {
    call(1000 + id, "root", sexp::list("tuple", sexp::list("remote", id)));
    broker.answer(1000 + id, jelly::none(), out).value();
    out.clear();
  }

  /// What was said since the last time.
  std::vector<sexp> said() {
    auto all = expressions(bytes{"\x00\x81", 2} + out);
    all.erase(all.begin());
    out.clear();
    return all;
  }
};

template <class Event>
const Event& only(const std::vector<broker_event>& events) {
  REQUIRE(events.size() == 1);
  REQUIRE(std::holds_alternative<Event>(events[0]));
  return std::get<Event>(events[0]);
}

std::string why_broken(const std::vector<broker_event>& events) {
  const auto* last = events.empty() ? nullptr : std::get_if<broker_broken>(&events.back());
  return last != nullptr ? last->message : "not broken";
}

pb_error said_error(master& side) {
  auto said = side.said();
  REQUIRE(said.size() == 1);
  auto& parts = *said[0].elements();
  REQUIRE(parts[0] == sexp{"error"});
  return read_failure(unjelly(std::move(parts[2])).value());
}

} // namespace

TEST_SUITE("pb broker") {

  TEST_CASE("two brokers greet, call, answer and let go") {
    auto listener = pb_broker::listening();
    auto client = pb_broker::connecting();
    bytes to_client = listener.greeting(), to_listener;
    CHECK(client.greeting().empty());
    CHECK(client.call(pb_root, "login", {}, {}, "t", to_listener).error().code
          == errc::unavailable);
    CHECK(only<broker_ready>(client.take(to_client, to_listener)).dialect == "pb");
    to_client.clear();

    client
        .call(pb_root, "login", {jelly::text("ada"), jelly::own("mind")},
              {{"force", jelly::boolean(true)}}, "login of ada", to_listener)
        .value();
    auto heard = listener.take(to_listener, to_client);
    to_listener.clear();
    REQUIRE(heard.size() == 2);
    auto& call = std::get<broker_call>(heard[1]);
    CHECK(call
          == broker_call{1,
                         true,
                         "root",
                         "login",
                         {jelly::text("ada"), jelly::remote(1)},
                         {{"force", jelly::boolean(true)}}});
    CHECK(*call.argument(0, "user")->as_text() == "ada");
    CHECK(call.argument(2, "force")->as_bool() == true);
    CHECK(call.argument(2, "other") == nullptr);

    listener.answer(1, jelly::tuple({jelly::own("avatar"), jelly::remote(1)}), to_client).value();
    auto answer = only<broker_answer>(client.take(to_client, to_listener));
    CHECK(answer.token == "login of ada");
    CHECK(answer.value == jelly::tuple({jelly::remote(1), jelly::own("mind")}));

    client.give_back_all(answer.value, to_listener);
    client.give_back(1, to_listener); // one too many is not sent
    CHECK(only<broker_released>(listener.take(to_listener, to_client)).key == "avatar");
    CHECK(client.state().objects.at(1).key == "mind");
  }

  TEST_CASE("the same object keeps its id until it was given back as often as it was sent") {
    master side;
    side.receive(7);
    auto send = [&](const char* key) {
      side.broker.call(7, "take", {jelly::own(key)}, {}, "", side.out).value();
      auto said = side.said();
      return (*said[0].elements())[5];
    };
    auto remote = [](int id) { return sexp::list("tuple", sexp::list("remote", id)); };
    CHECK(send("a") == remote(1));
    CHECK(send("b") == remote(2));
    CHECK(send("a") == remote(1));
    CHECK(side.say(sexp::list("decref", 1)).empty());
    CHECK(only<broker_released>(side.say(sexp::list("decref", 1))).key == "a");
    CHECK(send("a") == remote(3));
    CHECK(why_broken(side.say(sexp::list("decref", 1)))
          == "object 1 given back, which is not known");
  }

  TEST_CASE("errors within a call fail only that call") {
    master side;
    CHECK(side.call(1, 5).empty());
    CHECK(said_error(side).value == "Invalid Object ID");
    CHECK(side.call(2, "elsewhere").empty());
    CHECK(said_error(side).type == "twisted.spread.pb.Error");
    CHECK(side.call(3, "root", sexp::list("tuple", sexp::list("unicode", "\xff"))).empty());
    CHECK(said_error(side).is_a("builtins.UnicodeError"));
    CHECK(side.call(4, "root", sexp::list("module", "os")).empty());
    CHECK(said_error(side).type == "twisted.spread.jelly.InsecureJelly");
    CHECK(side.call(5, "root", sexp::list("tuple", sexp::list("local", 9))).empty());
    CHECK(said_error(side).type == "builtins.KeyError");
    CHECK(side.call(6, "root", 5).empty());
    CHECK(said_error(side).type == "builtins.TypeError");
    CHECK(side.call(7, 5, sexp::list("tuple"), 0).empty());
    CHECK(side.out.empty());
    CHECK(only<broker_call>(side.call(8, "root")).request == 8);
  }

  TEST_CASE("references in what is refused are given back") {
    master side;
    side.call(1, "root", sexp::list("tuple", sexp::list("remote", 3), sexp::list("local", 9)));
    auto said = side.said();
    REQUIRE(said.size() == 2);
    CHECK(said[0] == sexp::list("decref", 3));
    CHECK(side.broker.state().references.empty());
  }

  TEST_CASE("each request is answered at most once, and only if it wants to be") {
    master side;
    side.call(1, "root");
    CHECK_FALSE(only<broker_call>(side.call(2, "root", sexp::list("tuple"), 0)).wants_answer);
    side.broker.answer(1, jelly::none(), side.out).value();
    side.broker.answer(1, jelly::none(), side.out).value();
    side.broker.fail(1, pb_error::type_error("late"), side.out);
    side.broker.answer(2, jelly::none(), side.out).value();
    side.broker.answer(99, jelly::none(), side.out).value();
    CHECK(side.said() == std::vector{sexp::list("answer", 1, sexp::list("None"))});
  }

  TEST_CASE("what cannot be sent leaves no trace") {
    master side;
    side.receive(7);
    auto before = side.broker.state();
    auto huge = jelly::raw(bytes(655361, 'x'));
    CHECK(side.broker.call(7, "m", {jelly::own("a"), huge}, {}, "t", side.out).error().code
          == errc::invalid);
    CHECK(side.broker.call(8, "m", {}, {}, "t", side.out).error().code == errc::not_found);
    CHECK(side.broker.call(7, "m", {jelly::remote(8)}, {}, "t", side.out).error().code
          == errc::not_found);
    CHECK(side.broker.call(pb_root, "m", {}, {}, "t", side.out).error().code == errc::not_found);
    CHECK(side.out.empty());
    CHECK(side.broker.state() == before);

    side.call(1, "root");
    CHECK_FALSE(side.broker.answer(1, jelly::list({jelly::own("a"), huge}), side.out));
    CHECK(said_error(side).value == "no answer: string of 655361 bytes, 655360 allowed");
    CHECK(side.broker.state().objects.empty());
    side.call(2, "root");
    side.broker.fail(2, pb_error::type_error(bytes(655361, 'x')), side.out);
    CHECK(said_error(side).value == "an error too long to be sent");
  }

  TEST_CASE("a broken protocol ends the connection with words") {
    auto after = [](const sexp& heard) {
      master side;
      auto message = why_broken(side.say(heard));
      CHECK(side.say(sexp::list("version", 6)).empty());
      CHECK(side.broker.state().phase == pb_phase::broken);
      return message;
    };
    CHECK(after(sexp::list("version", 5)) == "version 6 of the protocol is wanted");
    CHECK(after(sexp::list("version")) == "version 6 of the protocol is wanted");
    CHECK(after(sexp::list("dance", 1)) == "message 'dance' is not known");
    CHECK(after(sexp::list("cachemessage", 1)) == "message 'cachemessage' is not known");
    CHECK(after("version") == "a message that is no list with a name");
    CHECK(after(7) == "a message that is no list with a name");
    CHECK(after(sexp::list()) == "a message that is no list with a name");
    CHECK(after(sexp::list(1)) == "a message that is no list with a name");
    CHECK(after(sexp::list("answer", 1, 1)) == "'answer' to request 1, which is not outstanding");
    CHECK(after(sexp::list("error", 1, 1)) == "'error' to request 1, which is not outstanding");
    CHECK(after(sexp::list("answer", 1)) == "'answer' without a number or a value");
    CHECK(after(sexp::list("decref", 4)) == "object 4 given back, which is not known");
    CHECK(after(sexp::list("decref", "root")) == "something given back that is no object");
    CHECK(after(sexp::list("message", 1)) == "a call of 2 parts, 7 expected");
    CHECK(after(sexp::list("message", "1", "root", "m", 1, sexp::list(), sexp::list()))
          == "a call without a number, a method or a wish for an answer");
  }

  TEST_CASE("a broken stream ends the connection, after what came before it") {
    master side;
    auto events = side.broker.take("\x02\x80\x13\x87\x06\x81\x88", side.out);
    CHECK(why_broken(events) == "type byte 0x88 is not known");
    auto fresh = pb_broker::listening();
    CHECK(why_broken(fresh.take("\x01\x87", side.out)) == "a word before the dialect was chosen");
    auto strange = pb_broker::listening();
    CHECK(why_broken(strange.take("\x02\x82xy", side.out))
          == "a dialect was chosen that was not offered");
    auto client = pb_broker::connecting();
    CHECK(why_broken(client.take("\x01\x80\x04\x82none", side.out))
          == "the dialect 'pb' was not offered");
  }

  TEST_CASE("without words nothing is said in words") {
    auto side = pb_broker::listening();
    bytes out;
    CHECK(only<broker_ready>(side.take("\x04\x82none", out)).dialect == "none");
    CHECK(out == "\x02\x80\x07\x82version\x06\x81");
  }

  TEST_CASE("a peer has bounds") {
    master side{
        {.requests_max = 2, .objects_max = 1, .references_max = 2, .expression_bytes_max = 1000}};
    side.receive(7);
    side.broker.call(7, "m", {jelly::own("a")}, {}, "", side.out).value();
    CHECK(side.broker.call(7, "m", {jelly::own("b")}, {}, "", side.out).error().code
          == errc::refused);
    CHECK(side.broker.state().objects.size() == 1);
    CHECK(side.broker.state().next_object == 2);

    auto many = side;
    CHECK(many.call(1, "root").size() == 1);
    CHECK(many.call(2, "root").size() == 1);
    CHECK(why_broken(many.call(3, "root")) == "3 requests wait for an answer, 2 allowed");
    auto twice = side;
    CHECK(twice.call(1, "root").size() == 1);
    CHECK(why_broken(twice.call(1, "root")) == "request 1 came again before it was answered");
    auto generous = side;
    CHECK(why_broken(generous.call(
              1, "root", sexp::list("tuple", sexp::list("remote", 8), sexp::list("remote", 9))))
          == "more than 2 objects sent");
    CHECK(why_broken(side.say(bytes(2000, 'x'))) == "expression of more than 1000 bytes");
  }

  TEST_CASE("a lost connection fails what waits and releases what was sent") {
    master side;
    side.receive(7);
    side.broker.call(7, "m", {jelly::own("a")}, {}, "token", side.out).value();
    auto events = side.broker.lost();
    REQUIRE(events.size() == 2);
    CHECK(std::get<broker_error>(events[0]).token == "token");
    CHECK(std::get<broker_error>(events[0]).error.is_a("twisted.spread.pb.PBConnectionLost"));
    CHECK(std::get<broker_released>(events[1]).key == "a");
    CHECK(side.broker.lost().empty());
    CHECK(side.broker.call(7, "m", {}, {}, "t", side.out).error().code == errc::unavailable);
  }

  TEST_CASE("an answer that cannot be read fails the call") {
    master side;
    side.receive(7);
    side.broker.call(7, "m", {}, {}, "t", side.out).value();
    auto event = only<broker_error>(side.say(sexp::list("answer", 1, sexp::list("module", "os"))));
    CHECK(event.token == "t");
    CHECK(event.error.type == "twisted.spread.jelly.InsecureJelly");
  }

  TEST_CASE("its state is shown and stored") {
    master side;
    side.receive(7);
    side.broker.call(7, "m", {jelly::own("a")}, {}, "t", side.out).value();
    side.call(1, "root");
    side.broker.take("\x02\x80\x1d\x87", side.out);
    auto stored = decode<pb_broker_state>(encode(side.broker.state())).value();
    CHECK(stored == side.broker.state());
    pb_broker_state shown;
    REQUIRE(from_json(shown, to_json(side.broker.state())));
    CHECK(shown == stored);
    pb_broker successor{std::move(stored)};
    CHECK(only<broker_released>(successor.take("\x01\x81", side.out)).key == "a");
  }

} // TEST_SUITE
