#include "runtime/cell/kept_mail.hpp"

namespace troupe::runtime {

envelope kept_mail::next() {
  auto mail = std::move(waiting_.front());
  waiting_.pop_front();
  return mail;
}

void kept_mail::hold_back(const envelope* mail) {
  if (mail)
    held_back_.push_back(*mail);
}

// A transaction that is sent while a message is handled carries all that was held back before it.
void kept_mail::sent(const transaction& what, const envelope* taken) {
  sent_transaction sent;
  sent.came_of = taken ? std::exchange(held_back_, {}) : held_back_;
  if (taken)
    sent.came_of.push_back(*taken);
  sent.refusal_heard = !what.on_abort.empty();
  in_store_.push_back(std::move(sent));
}

void kept_mail::ended(const transactions_ended& news) {
  auto take = [this] {
    auto one = std::move(in_store_.front());
    in_store_.pop_front();
    return one;
  };
  for (auto n = news.stored; n > 0 && !in_store_.empty(); --n)
    take();
  bool own_fault = news.own_fault;
  for (auto n = news.refused; n > 0 && !in_store_.empty(); --n) {
    auto one = take();
    if (one.refusal_heard || std::exchange(own_fault, false))
      continue;
    for (auto& mail : one.came_of)
      add_redelivered(mail);
  }
}

/// Two transactions can come of the same message: it is redelivered once.
void kept_mail::add_redelivered(envelope& mail) {
  if (redelivered_.empty() || redelivered_.back().what.content() != mail.what.content())
    redelivered_.push_back(std::move(mail));
}

void kept_mail::return_held_back() {
  waiting_.insert(waiting_.begin(), held_back_.begin(), held_back_.end());
  depth_ += static_cast<std::int64_t>(held_back_.size());
  held_back_.clear();
}

void kept_mail::redeliver() {
  // A message of which a part was sent and a part was held back again is here twice.
  if (!redelivered_.empty() && !waiting_.empty()
      && waiting_.front().what.content() == redelivered_.back().what.content()) {
    waiting_.pop_front();
    depth_--;
  }
  waiting_.insert(waiting_.begin(), redelivered_.begin(), redelivered_.end());
  depth_ += static_cast<std::int64_t>(redelivered_.size());
  redelivered_.clear();
}

void kept_mail::clear() {
  waiting_.clear();
  held_back_.clear();
  in_store_.clear();
  redelivered_.clear();
}

} // namespace troupe::runtime
