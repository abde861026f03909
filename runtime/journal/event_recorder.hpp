// Records an event while it runs: the outside's answers, the first random number, what goes out;
// added to the journal when the event has ended. One at a time on a thread.
#pragma once

#include "runtime/journal/journal.hpp"
#include "runtime/mail/outbox.hpp"
#include "storage/effect_log.hpp"

namespace troupe::runtime {

class event_recorder final : public storage::effect_log {
public:
  /// `doing` is of static lifetime.
  event_recorder(journal& to, const address& cell, std::string_view doing, instant at)
    : event_recorder{to, journal::entry{*cell.at(), doing, nullptr, {}, at}} {}

  /// The message that the event takes. False if it is dropped: a replay does not know the cell from
  /// here on.
  bool take(const envelope& mail);
  /// The event takes a message, which is dropped.
  void drop(const envelope& mail);

  bool plays() const noexcept override { return false; }
  void keep(std::string_view question, bytes answer) override;
  bytes recall(std::string_view question) override;

  /// The generator is about to be drawn from.
  void prng(std::uint64_t before);
  void say(const outbox& all);
  void fail(std::string_view reason);

  /// Adds the event to the journal: its order.
  std::uint64_t end();
  /// Size of what it took.
  std::size_t taken_bytes() const noexcept { return taken_bytes_; }

private:
  event_recorder(journal& to, const journal::entry& head);

  journal& to_;
  journal::entry head_;
  bytes& event_; ///< The thread's, so that an event allocates nothing.
  std::size_t taken_bytes_ = 0;
  bool drew_ = false;
};

} // namespace troupe::runtime
