#include "runtime/cell/coordinator_watch.hpp"

namespace troupe::runtime {

void coordinator_watch::await_ready(const address& coordinator, const watch_member& how) {
  watch_ = watch{how.transaction, coordinator, how.settle, instant::max(), true};
}

void coordinator_watch::settle(const address& coordinator, std::uint64_t transaction, span period) {
  watch_ = watch{transaction, coordinator, period, self_.sys.now() + period, false};
}

void coordinator_watch::tell_ready() {
  if (!watch_ || !std::exchange(watch_->ready_owed, false))
    return;
  watch_->until = self_.sys.now() + watch_->period;
  self_.sys.send(watch_->coordinator,
                 any_message{member_ready{watch_->transaction, std::string{self_.me.path()}}},
                 self_.me);
}

void coordinator_watch::tell_failed(std::string_view doing, const std::string& reason,
                                    const std::optional<participation>& in_transaction) {
  auto message = doing.empty() ? reason : fmt::format("{} <- {}", doing, reason);
  if (in_transaction)
    tell_failed(in_transaction->coordinator, in_transaction->transaction, message);
  if (!watch_)
    return;
  if (self_.sys.now() <= watch_->until)
    tell_failed(watch_->coordinator, watch_->transaction, message);
  watch_.reset();
}

void coordinator_watch::tell_failed(const address& coordinator, std::uint64_t transaction,
                                    std::string reason) {
  self_.sys.send(
      coordinator,
      any_message{member_failed{transaction, std::string{self_.me.path()}, std::move(reason)}},
      self_.me);
}

void coordinator_watch::answer_prepared(std::optional<participation>& in_transaction,
                                        std::string refusal) {
  if (!in_transaction || in_transaction->answer_owed.empty())
    return;
  cell_answer answer;
  answer.path = self_.me.path();
  answer.token = std::exchange(in_transaction->answer_owed, {});
  answer.message = in_transaction->force ? std::string{} : std::move(refusal);
  answer.ok = answer.message.empty();
  self_.sys.send(in_transaction->coordinator, any_message{std::move(answer)}, self_.me);
}

} // namespace troupe::runtime
