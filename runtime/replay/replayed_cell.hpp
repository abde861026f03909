// A cell in a replay: the service, without an actor. It is given what its cell took, and hears from
// the record what the outside answered; what it says is kept and compared.
#pragma once

#include "runtime/replay/replay_context.hpp"
#include "runtime/replay/replayed_slot.hpp"

namespace troupe::runtime {

/// All that a cell of a replay is between two records.
struct cell_copy : slot_copy {
  std::size_t size() const { return sizeof *this + slot_copy::size(); }
};

class replayed_cell {
public:
  /// `around` outlives it.
  replayed_cell(replay_surroundings& around, std::string_view path)
    : context_{around, path, answers_}, slot_{around.kinds, context_} {}

  const address& me() const { return context_.me(); }
  /// Its service is what it was, so that events can be played.
  bool known() const noexcept { return slot_.known(); }
  /// A service that cannot be played: it looks at the live tree.
  bool not_replayable() const noexcept { return slot_.not_replayable(); }
  const service_kind* kind() const noexcept { return slot_.kind(); }
  service_base* service() noexcept { return slot_.service(); }
  /// False while its service holds back what is not in its state: then a copy would lack it.
  bool flushed() const { return !known() || slot_.service()->flushed(); }
  /// The part of the last record that this program cannot read, as a sentence.
  const std::string& unread() const noexcept { return slot_.unread(); }

  /// The cell has changed as `what` records. Gives the difference to the record, if there is one.
  std::optional<divergence> participant(const record_head& head, const participant_record& what);
  /// Nothing is known of it until its state is recorded again.
  void lose() { slot_.lose(); }
  cell_copy copy() const;
  void restore(const cell_copy& from);

  /// Plays an event; `message` is what it takes, if it takes one.
  std::optional<divergence> play(const record_head& head, const event_record& event,
                                 const any_message& message);
  /// Compares the state with its checksum.
  std::optional<divergence> compare(const record_head& head, const checksum_record& checksum);
  /// What the last event said.
  outbox take_said() { return std::exchange(context_.event().out, {}); }

private:
  std::optional<divergence> perform(const record_head& head, const any_message& message);
  void perform_terminate();

  recorded_answers answers_;
  replay_context context_;
  replayed_slot slot_;
};

} // namespace troupe::runtime
