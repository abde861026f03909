// The outside of a service in a replay: what it answered is in the record of the event.
#pragma once

#include <optional>

#include "runtime/journal/record.hpp"
#include "runtime/replay/divergence.hpp"
#include "storage/effect_log.hpp"

namespace troupe::runtime {

class recorded_answers final : public storage::effect_log {
public:
  /// `head` and `event` outlive the event.
  void begin(const record_head& head, const event_record& event);
  void end() noexcept {
    head_ = nullptr;
    event_ = nullptr;
  }
  /// The event that is played; null between events.
  const event_record* event() const noexcept { return event_; }

  bool plays() const noexcept override { return true; }
  void keep(std::string_view, bytes) override {}
  bytes recall(std::string_view question) override;
  /// Throws `failed` (conflict) if none was drawn then.
  std::uint64_t random();

  /// Notes a difference to the record; the first one counts.
  void note(std::string what, json recorded, json now);
  /// The first difference while the handler ran.
  std::optional<divergence> take_difference() { return std::exchange(difference_, std::nullopt); }
  /// Whether the record has answers that nobody asked for. Before the end of the event.
  std::optional<divergence> left_over() const;

private:
  const record_head* head_ = nullptr;
  const event_record* event_ = nullptr;
  std::size_t answered_ = 0;
  bool drew_ = false;
  std::uint64_t prng_ = 0;
  std::optional<divergence> difference_;
};

} // namespace troupe::runtime
