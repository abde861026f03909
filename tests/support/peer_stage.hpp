// A peer and its master: the master is a broker, and the test makes its calls.
#pragma once

#include <doctest/doctest.h>

#include "runtime/wire/pb_broker.hpp"
#include "runtime/wire/pb_login.hpp"
#include "tools/peers/peer.hpp"

namespace troupe::testing {

class broker_master {
public:
  using jelly = wire::jelly;

  explicit broker_master(peers::peer& to) : peer_{to} {}

  /// Exchanges bytes until neither end has any.
  void pass(span now) {
    while (!out.empty() || !peer_.out().empty()) {
      REQUIRE(peer_.take(std::exchange(out, {}), now));
      for (auto& event : broker.take(std::exchange(peer_.out(), {}), out))
        if (auto* call = std::get_if<wire::broker_call>(&event))
          calls.push_back(*call);
        else if (auto* answer = std::get_if<wire::broker_answer>(&event))
          answers.push_back(answer->value);
    }
  }
  void wake(span now) {
    REQUIRE(peer_.wake(now));
    pass(now);
  }
  void answer(const wire::broker_call& call, jelly value, span now) {
    REQUIRE(broker.answer(call.request, std::move(value), out));
    pass(now);
  }
  /// Lets a worker log in with the password "pass"; returns its bot.
  std::int64_t attach(span now = {}) {
    pass(now);
    auto login = calls.back();
    REQUIRE(login.method == "login");
    answer(login, jelly::tuple({jelly::raw("challenge"), jelly::own("challenger")}), now);
    auto respond = calls.back();
    REQUIRE(wire::proves_password("pass", "challenge", *respond.args.at(0).as_text()));
    answer(respond, jelly::own("perspective"), now);
    return *respond.args.at(1).as_remote();
  }
  jelly call(std::int64_t object, const char* method, std::vector<jelly> args, span now = {}) {
    answers.clear();
    REQUIRE(broker.call(object, method, std::move(args), {}, "t", out));
    pass(now);
    REQUIRE(!answers.empty());
    return answers.front();
  }
  /// Lets a worker log in and serve the builder "b"; returns its object for the builder.
  std::int64_t attach_builder(span now = {}) {
    auto bot = attach(now);
    auto pair = jelly::tuple({jelly::text("b"), jelly::text("b")});
    return *call(bot, "setBuilderList", {jelly::list({pair})}, now).find("b")->as_remote();
  }
  void start(std::int64_t builder, const char* name, jelly args, span now) {
    calls.clear();
    call(builder, "startCommand",
         {jelly::own("1"), jelly::text("1"), jelly::text(name), std::move(args)}, now);
  }
  std::vector<std::string> methods() const {
    std::vector<std::string> all;
    for (const auto& one : calls)
      all.push_back(one.method);
    return all;
  }

  wire::pb_broker broker = wire::pb_broker::listening();
  bytes out = broker.greeting();
  std::vector<wire::broker_call> calls; ///< Of the peer.
  std::vector<jelly> answers;           ///< To the master's last call.

private:
  peers::peer& peer_;
};

} // namespace troupe::testing
