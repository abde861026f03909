// What a cell remembers of the transactions that its service has sent: a message is not forgotten
// before what came of it is durable.
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"

namespace troupe::runtime {

/// Of what was handled, what is still held back is remembered.
void cell_actor::keep_unsettled(const envelope& mail) {
  if (!service_ || service_->flushed())
    unsettled_.clear();
  else if (mail.what)
    unsettled_.push_back(mail);
}

/// It is on its way. What it came of: the message at hand, and those before whose outcome was held
/// back until now. Of those nothing is held back any more, if a message has let it go.
void cell_actor::note_transaction(const transaction& what) {
  if (!(what.owner == me_))
    return;
  sent_transaction sent;
  sent.came_of = current_ ? std::exchange(unsettled_, {}) : unsettled_;
  if (current_)
    sent.came_of.push_back({current_, current_sender_, current_cause_});
  sent.answers = !what.on_abort.empty();
  in_store_.push_back(std::move(sent));
}

void cell_actor::hear(const transactions_ended& news) {
  auto next = [&] {
    auto one = std::move(in_store_.front());
    in_store_.pop_front();
    return one;
  };
  for (auto n = news.stored; n > 0 && !in_store_.empty(); --n)
    next();
  bool own_fault = news.own_fault;
  for (auto n = news.refused; n > 0 && !in_store_.empty(); --n)
    if (auto one = next(); !one.answers && !std::exchange(own_fault, false))
      for (auto& mail : one.came_of) // two transactions can be of one message
        if (to_take_again_.empty() || to_take_again_.back().what.content() != mail.what.content())
          to_take_again_.push_back(std::move(mail));
  if (news.refused > 0 && service_ && phase_ != cell_phase::stopping) {
    log(level::warning, "begins anew from the store: " + news.message);
    restart();
  }
}

/// A new service takes first what its predecessor could not store.
void cell_actor::take_again() {
  // What was held back again after a part had been sent is there twice.
  if (!to_take_again_.empty() && !parked_.empty()
      && parked_.front().what.content() == to_take_again_.back().what.content()) {
    parked_.pop_front();
    me_.at()->depth--;
  }
  parked_.insert(parked_.begin(), to_take_again_.begin(), to_take_again_.end());
  me_.at()->depth += static_cast<std::int64_t>(to_take_again_.size());
  to_take_again_.clear();
}

} // namespace troupe::runtime
