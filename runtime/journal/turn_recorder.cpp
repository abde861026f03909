#include "runtime/journal/turn_recorder.hpp"

namespace troupe::runtime {

void turn_recorder::take(const envelope& mail) {
  auto content = to_bytes(mail.what);
  head_.sender = mail.from.path();
  head_.cause = mail.cause;
  turn_.message = as_recorded(std::move(content),
                              mail.cause.whole || mail.cause.turn < to_.epoch_began());
}

void turn_recorder::keep(std::string_view question, bytes answer) {
  turn_.answers.push_back({std::string{question}, std::move(answer)});
}

bytes turn_recorder::recall(std::string_view) {
  throw failed{{errc::bug, "a tape that records cannot play"}};
}

void turn_recorder::say(const outbox& all) {
  turn_.said = all.said.size() + all.timed.size();
  each_effect(all, [&](std::string_view verb, std::string_view target, bytes content) {
    turn_.effects.push_back({std::string{verb}, std::string{target},
                             as_recorded(std::move(content), false)});
  });
}

std::uint64_t turn_recorder::end() {
  thread_local bytes body;
  body.clear();
  put_turn(body, turn_);
  return to_.add(record_kind::turn, head_, body);
}

} // namespace troupe::runtime
