#include "runtime/replay/recorded_answers.hpp"

#include <utility>

#include <fmt/format.h>

#include "runtime/prng.hpp"

namespace troupe::runtime {

void recorded_answers::begin(const record_head& head, const event_record& event) {
  head_ = head;
  event_ = &event;
  answered_ = 0;
  drew_ = false;
  amiss_.reset();
}

std::optional<divergence> recorded_answers::end() {
  event_ = nullptr;
  return std::exchange(amiss_, std::nullopt);
}

std::optional<divergence> recorded_answers::left_over(const event_record& event) const {
  if (answered_ != event.answers.size())
    return differs(head_, "what it asked the outside", text(event.answers[answered_].question),
                   text("nothing more"));
  if (event.prng && !drew_)
    return differs(head_, "whether it draws random numbers", text("it drew"), text("it does not"));
  return std::nullopt;
}

std::uint64_t recorded_answers::random() {
  if (!std::exchange(drew_, true)) {
    if (!event_ || !event_->prng) {
      amiss_ =
          differs(head_, "whether it draws random numbers", text("it does not"), text("it draws"));
      throw failed{{errc::conflict, "no random numbers were drawn"}};
    }
    prng_ = *event_->prng;
  }
  return draw(prng_);
}

const recorded_answer* recorded_answers::next() const noexcept {
  return event_ && answered_ < event_->answers.size() ? &event_->answers[answered_] : nullptr;
}

bool recorded_answers::next_is(std::string_view question) const noexcept {
  const auto* one = next();
  return one && one->question == question;
}

bytes recorded_answers::recall(std::string_view question) {
  const auto* one = next();
  if (!one || one->question != question) {
    if (!amiss_)
      amiss_ = differs(head_, "what it asked the outside",
                       text(one ? one->question : "nothing more"), text(question));
    throw failed{{errc::conflict, fmt::format("the record knows no answer to '{}'", question)}};
  }
  ++answered_;
  return one->answer;
}

} // namespace troupe::runtime
