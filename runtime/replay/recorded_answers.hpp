// What the outside answered in an event that is played, and the random numbers that fell in it. The
// service has to ask in the order of the record.
#pragma once

#include <optional>

#include "runtime/journal/record.hpp"
#include "runtime/replay/divergence.hpp"
#include "storage/effect_log.hpp"

namespace troupe::runtime {

class recorded_answers final : public storage::effect_log {
public:
  /// The questions up to `end` are those of `event`. Both outlive it, with the names in `head`.
  void begin(const record_head& head, const event_record& event);
  /// The first question that was asked otherwise than in the record, if there is one.
  std::optional<divergence> end();
  /// What was not asked in the event that has ended, though `event`, its record, has it.
  std::optional<divergence> left_over(const event_record& event) const;

  /// The next random number. Throws `failed` (conflict) if none was drawn in the record.
  std::uint64_t random();
  /// Whether the record has an answer to `question` next.
  bool next_is(std::string_view question) const noexcept;

  // -- effect log ---------------------------------------------------------------------------------
  bool plays() const noexcept override { return true; }
  void keep(std::string_view, bytes) override {}
  bytes recall(std::string_view question) override;

private:
  const recorded_answer* next() const noexcept;

  record_head head_;
  const event_record* event_ = nullptr; ///< Null between two events.
  std::size_t answered_ = 0;
  bool drew_ = false;
  std::uint64_t prng_ = 0;
  std::optional<divergence> amiss_;
};

} // namespace troupe::runtime
