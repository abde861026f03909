// A cell in a replay: the service, without an actor. It is given what its cell took, and hears from
// the record what the outside answered; what it says is kept and compared.
#pragma once

#include <memory>
#include <string>

#include "runtime/replay/replay_context.hpp"

namespace troupe::runtime {

/// All that a cell of a replay is between two records.
struct cell_copy {
  struct seated {
    const service_kind* kind = nullptr; ///< Null: nobody.
    bytes config, state;
    std::optional<bytes> offered; ///< Or, after an exchange, the former configuration.
  };
  seated now, former;
  bool not_replayable = false;
  bool exchanged = false;

  std::size_t size() const;
};

class replayed_cell {
public:
  replayed_cell(replay_surroundings& around, std::string_view path)
    : around_{around}, context_{around, outside_, path} {}
  // Its service refers to its context.
  replayed_cell(const replayed_cell&) = delete;
  replayed_cell& operator=(const replayed_cell&) = delete;

  /// Its service is what it was, so that events can be played.
  bool known() const noexcept { return service_ != nullptr; }
  /// A service that cannot be played: it looks at the live tree.
  bool not_replayable() const noexcept { return not_replayable_; }
  const service_kind* kind() const noexcept { return kind_; }
  service_base* service() noexcept { return service_.get(); }

  /// The cell has changed as `what` records. Gives the difference to the record, if there is one.
  std::optional<divergence> participant(const record_head& head, const participant_record& what);
  /// False while its service holds back what is not in its state: then a copy would lack it.
  bool flushed() const { return !service_ || service_->flushed(); }
  cell_copy copy() const;
  void restore(const cell_copy& from);
  /// The part of the last record that this program cannot read, as a sentence.
  const std::string& unread() const noexcept { return unread_; }

  /// Nothing is known of it until its state is recorded again.
  void lose();

  /// Plays an event; `message` is what it takes, if it takes one.
  std::optional<divergence> play(const record_head& head, const event_record& event,
                                 const any_message& message);
  std::optional<divergence> compare(const record_head& head, const checksum_record& checksum);
  /// What the last event said.
  outbox take_said() { return context_.take_said(); }
  const address& me() const noexcept { return context_.me(); }

private:
  void exchange();
  void perform(const record_head& head, const any_message& message);
  std::optional<divergence> compare_effects(const record_head& head,
                                            const event_record& event) const;

  replay_surroundings& around_;
  recorded_answers outside_;
  replay_context context_;
  const service_kind* kind_ = nullptr;
  std::unique_ptr<service_base> service_;
  std::unique_ptr<service_base> former_; ///< Before the last replacement, should it be undone.
  const service_kind* former_kind_ = nullptr;
  bytes config_, former_config_;
  std::optional<bytes> offered_, former_offered_;
  bool not_replayable_ = false;
  std::string unread_;
  bool exchanged_ = false; ///< The last change was made in place.
};

} // namespace troupe::runtime
