// What a cell writes down while a turn runs: the outside's answers, the first draw of chance, what
// goes out; added to the journal when the turn has ended. Bounded by what a handler does.
#pragma once

#include "runtime/journal/journal.hpp"
#include "runtime/outbox.hpp"
#include "storage/tape.hpp"

namespace troupe::runtime {

class turn_recorder final : public storage::tape {
public:
  turn_recorder(journal& to, std::string_view cell, std::string_view doing, instant at)
    : to_{to} {
    head_.cell = cell;
    head_.doing = doing;
    head_.at = at;
  }

  /// The message that the turn takes. Must be called before the handler runs if there is one.
  void take(const envelope& mail);

  bool plays() const noexcept override { return false; }
  void keep(std::string_view question, bytes answer) override;
  bytes recall(std::string_view question) override;

  /// The generator is about to be drawn from.
  void chance(std::uint64_t before) {
    if (!turn_.chance)
      turn_.chance = before;
  }
  void say(const outbox& all);
  void fail(std::string reason) { turn_.failed = std::move(reason); }

  /// Adds the turn to the journal: its order.
  std::uint64_t end();
  /// Size of what it took.
  std::uint64_t taken_bytes() const noexcept { return turn_.message ? turn_.message->size : 0; }

private:
  journal& to_;
  record_head head_;
  turn_record turn_;
};

} // namespace troupe::runtime
