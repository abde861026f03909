// What is in a cell of a replay: the service, and its predecessor should the replacement be undone.
// It changes as the record of the cell tells.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/journal/record.hpp"
#include "runtime/replay/divergence.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::runtime {

/// All that a slot is between two records.
struct slot_copy {
  struct seated {
    const service_kind* kind = nullptr; ///< Null: nobody.
    bytes config, state;
    std::optional<bytes> offered; ///< Or, after an exchange, the former configuration.
  };
  seated now, former;
  bool not_replayable = false;
  bool exchanged = false;

  /// The bytes that it takes.
  std::size_t size() const;
};

class replayed_slot {
public:
  /// The services in it see `host`; both outlive it.
  replayed_slot(const kind_registry& kinds, context& host) : kinds_{kinds}, host_{host} {}

  /// Its service is what it was, so that events can be played.
  bool known() const noexcept { return now_.service != nullptr; }
  /// A service that cannot be played: it looks at the live tree.
  bool not_replayable() const noexcept { return not_replayable_; }
  /// Of the service; null if it is not known.
  const service_kind* kind() const noexcept { return now_.kind; }
  service_base* service() const noexcept { return now_.service.get(); }

  /// The cell has changed as `what` records. Gives the difference to the record, if there is one.
  std::optional<divergence> change(const record_head& head, const participant_record& what);
  /// The part of the last record that this program cannot read, as a sentence.
  const std::string& unread() const noexcept { return unread_; }
  /// Nothing is known of it until its state is recorded again.
  void lose();

  slot_copy copy() const;
  void restore(const slot_copy& from);

private:
  struct seat {
    const service_kind* kind = nullptr;
    std::unique_ptr<service_base> service;
    bytes config;
    std::optional<bytes> offered;
  };

  std::optional<seat> make(std::string_view kind, bytes config);
  void load(const participant_record& what);
  std::optional<divergence> compare(const record_head& head, std::string_view recorded) const;
  void change_known(std::string_view how, const participant_record& what);
  void replace(const participant_record& what);
  void exchange();
  seat restored(const slot_copy::seated& from) const;
  static slot_copy::seated copied(const seat& from);

  const kind_registry& kinds_;
  context& host_;
  seat now_;
  seat former_; ///< Before the last replacement.
  bool not_replayable_ = false;
  bool exchanged_ = false; ///< The last change was made in place.
  std::string unread_;
};

} // namespace troupe::runtime
