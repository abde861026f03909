#include "runtime/replay/recorded_answers.hpp"

#include <fmt/format.h>

#include "runtime/prng.hpp"

namespace troupe::runtime {

void recorded_answers::begin(const record_head& head, const event_record& event) {
  head_ = &head;
  event_ = &event;
  answered_ = 0;
  drew_ = false;
  difference_.reset();
}

void recorded_answers::note(std::string what, json recorded, json now) {
  if (!difference_)
    difference_ = differs(*head_, std::move(what), std::move(recorded), std::move(now));
}

bytes recorded_answers::recall(std::string_view question) {
  const auto* next =
      event_ && answered_ < event_->answers.size() ? &event_->answers[answered_] : nullptr;
  if (!next || next->question != question) {
    if (head_)
      note("what it asked the outside", text(next ? next->question : "nothing more"),
           text(question));
    throw failed{{errc::conflict, fmt::format("the record knows no answer to '{}'", question)}};
  }
  ++answered_;
  return next->answer;
}

std::uint64_t recorded_answers::random() {
  if (!std::exchange(drew_, true)) {
    if (!event_ || !event_->prng) {
      if (head_)
        note("whether it draws random numbers", text("it does not"), text("it draws"));
      throw failed{{errc::conflict, "no random numbers were drawn"}};
    }
    prng_ = *event_->prng;
  }
  return draw(prng_);
}

std::optional<divergence> recorded_answers::left_over() const {
  if (answered_ != event_->answers.size())
    return differs(*head_, "what it asked the outside", text(event_->answers[answered_].question),
                   text("nothing more"));
  if (event_->prng && !drew_)
    return differs(*head_, "whether it draws random numbers", text("it drew"), text("it does not"));
  return std::nullopt;
}

} // namespace troupe::runtime
