#include "runtime/journal/event_recorder.hpp"

namespace troupe::runtime {

namespace {

thread_local bytes event_of_thread;
thread_local bytes content_of_thread;

} // namespace

event_recorder::event_recorder(journal& to, const journal::entry& head)
  : to_{to}, head_{head}, event_{event_of_thread} {
  event_.clear();
}

void event_recorder::drop(const envelope& mail) {
  head_.sender = mail.from.at().get();
  head_.cause = mail.cause;
  put_dropped(event_);
}

bool event_recorder::take(const envelope& mail) {
  head_.sender = mail.from.at().get();
  head_.cause = mail.cause;
  auto& content = content_of_thread;
  content.clear();
  to_bytes(mail.what, content);
  to_.secrets().hide_in(content);
  taken_bytes_ = content.size();
  bool by_value = mail.cause.by_value || mail.cause.event < to_.epoch_began();
  if (by_value && content.size() > journal::blob_bytes && !to_.admit(content.size(), head_.at)) {
    put_dropped(event_);
    return false;
  }
  put_message(event_, content, by_value);
  return true;
}

void event_recorder::keep(std::string_view question, bytes answer) {
  to_.secrets().hide_in(answer);
  put_answer(event_, question, answer);
}

bytes event_recorder::recall(std::string_view) {
  throw failed{{errc::bug, "an effect log that records cannot play"}};
}

void event_recorder::prng(std::uint64_t before) {
  if (!std::exchange(drew_, true))
    put_prng(event_, before);
}

void event_recorder::say(const outbox& all) {
  if (auto count = all.said.size() + all.timed.size(); count > 0)
    put_said(event_, count);
  each_effect(all, content_of_thread,
              [this](std::string_view verb, std::string_view target, std::string_view content) {
                if (const auto* mask = to_.secrets().mask())
                  mask->hide(content_of_thread); // which is `content`
                put_effect(event_, verb, target, content);
              });
}

void event_recorder::fail(std::string_view reason) {
  std::string message{reason};
  to_.secrets().hide_in(message);
  put_failed(event_, message);
}

std::uint64_t event_recorder::end() {
  return to_.add(record_kind::event, head_, event_);
}

} // namespace troupe::runtime
