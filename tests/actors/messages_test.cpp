// Every message that some kind of service hears, in all its forms.
#include "actors/botmaster/brd/messages.hpp"
#include "actors/master/tree.hpp"
#include "runtime/mail/decoding_context.hpp"
#include "tests/support/value_filler.hpp"
#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;

namespace {

struct all_messages {
  all_messages() { master::add_kinds(kinds); }

  /// `visit(codec)` for each type, once.
  template <class Visit>
  void each(const Visit& visit) {
    for (auto name : kinds.known_messages().names())
      visit(*kinds.known_messages().find(name));
  }

  kind_registry kinds;
  directory paths;
  decoding_context here{paths, kinds.known_messages()};
};

/// Through JSON as text and back, and through the stored form and back.
void check_forms(const any_message& what) {
  auto text = print(as_json(what));
  any_message again;
  auto done = of_json(again, parse_json(text).value());
  CHECK_MESSAGE(done, done.error().message << "\n" << text);
  CHECK_MESSAGE(again == what, text << "\nbecame\n" << print(as_json(again)));

  bytes stored;
  to_stored(what, stored);
  any_message read;
  CHECK_MESSAGE(from_stored(read, stored), what.name());
  CHECK_MESSAGE(read == what, text << "\nbecame\n" << print(as_json(read)));
}

std::string refusal(std::string_view text) {
  any_message what;
  auto done = of_json(what, parse_json(text).value());
  REQUIRE_FALSE(done);
  return done.error().message;
}

} // namespace

TEST_SUITE("messages") {

  TEST_CASE("every message with nothing in it goes to JSON and to its stored form, and back") {
    all_messages all;
    all.each([](const message_codec& codec) { check_forms(codec.decode({}).value()); });
  }

  TEST_CASE("every message with everything in it goes to JSON and to its stored form, and back") {
    all_messages all;
    all.each([](const message_codec& codec) { check_forms(filled(codec)); });
  }

  TEST_CASE("so does every message with what JSON has trouble with") {
    all_messages all;
    all.each([](const message_codec& codec) { check_forms(filled(codec, filling::odd)); });
  }

  TEST_CASE("a message that was filled has no field at its default") {
    all_messages all;
    all.each([](const message_codec& codec) {
      auto what = filled(codec);
      const auto& of = codec.ops->fields();
      for (const auto& field : of.fields()) {
        auto at = [&](const void* x) { return static_cast<const char*>(x) + field.offset; };
        CHECK_MESSAGE(!equal_values(*field.ops, at(what.content()), at(of.sample())),
                      codec.tag->name << ": " << field.name);
      }
    });
  }

  TEST_CASE("a message is written as its type and its fields, those that matter") {
    all_messages all;
    any_message what;
    auto wanted = parse_json(R"({"type": "botmaster::cancel_request",
                             "fields": {"request": 7, "requester": "/debug"}})");
    REQUIRE(of_json(what, *wanted));
    CHECK(what.name() == "botmaster::cancel_request");
    CHECK(print(as_json(what))
          == R"({"type":"botmaster::cancel_request","fields":{"request":7,"reason":"","token":"",)"
             R"("requester":"/debug"}})");
    REQUIRE(of_json(what, parse_json(R"({"type": "botmaster::worker_idle"})").value()));
    CHECK(what.name() == "botmaster::worker_idle");
    REQUIRE(of_json(what, parse_json(R"({"type": ""})").value()));
    CHECK_FALSE(what);
  }

  TEST_CASE("what is wrong with a message is told, with the path or the nearest name") {
    all_messages all;
    CHECK(refusal(R"({"type": "botmaster::cancel_reqest"})")
          == "no message is called 'botmaster::cancel_reqest': did you mean "
             "'botmaster::cancel_request'?");
    CHECK(refusal(R"({"type": "zzz"})") == "no message is called 'zzz'");
    CHECK(refusal(R"({"fields": {}})") == "no message is called ''");
    CHECK(refusal(R"({"type": 7})") == "type: text expected, found 7");
    CHECK(refusal("[]") == "a message expected, found []");
    CHECK(refusal(R"({"type": "botmaster::cancel_request", "field": {}})")
          == "unknown key 'field': did you mean 'fields'?");
    CHECK(refusal(R"({"type": "botmaster::cancel_request", "fields": {"reqest": 1}})")
          == "botmaster::cancel_request: unknown key 'reqest': did you mean 'request'?");
    CHECK(refusal(R"({"type": "botmaster::cancel_request", "fields": {"request": "x"}})")
          == "botmaster::cancel_request: request: a whole number expected, found \"x\"");
    CHECK(refusal(R"({"type": "botmaster::add_buildset",
                  "fields": {"contents": [{"stamp": {"branch": 1}}]}})")
          == "botmaster::add_buildset: contents: [0]: stamp: branch: text expected, found 1");
    CHECK(refusal(R"({"type": "runtime::transaction",
                  "fields": {"on_commit": [["/a", {"type": "status::evnt"}]]}})")
          == "runtime::transaction: on_commit: [0]: no message is called 'status::evnt': did you "
             "mean 'status::event'?");
    CHECK(refusal(R"({"type": "runtime::transaction",
                  "fields": {"work": {"operations": [{"table": 65536}]}}})")
          == "runtime::transaction: work: operations: [0]: table: a smaller number expected, found "
             "65536");
  }
}
