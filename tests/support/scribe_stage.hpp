// A service that stores what it is told, at once or later, and a stage for it with a disk that
// refuses: what tests of messages and the transactions that came of them are made of.
#pragma once

#include "storage/tables/changes.hpp"
#include "tests/support/actor_stage.hpp"
#include "tests/support/refusing_gate.hpp"

namespace troupe::testing {

namespace scribing {

/// Stored as the change `id`.
struct note {
  std::int64_t id = 0;
  bool later = false;         ///< With the next that is not.
  bool bad = false;           ///< In a transaction that can never be stored.
  runtime::address requester; ///< Hears of a refusal, if it is anybody.
  TROUPE_FIELDS(id, later, bad, requester)
};
/// What is held back is stored.
struct write_down {
  TROUPE_FIELDS()
};
/// Likewise; the note `id` is held back from there on.
struct turn_page {
  std::int64_t id = 0;
  TROUPE_FIELDS(id)
};
struct tear_page {
  TROUPE_FIELDS()
};

/// Said at once, when a note is handled.
struct handled {
  std::int64_t id = 0;
  TROUPE_FIELDS(id)
};
/// Said when it is durable.
struct written {
  std::int64_t id = 0;
  TROUPE_FIELDS(id)
};
struct note_refused {
  std::int64_t id = 0;
  TROUPE_FIELDS(id)
};

struct scribe_config {
  runtime::address told;
  bool idles = false; ///< What is held back is stored when nothing else waits.
  TROUPE_FIELDS(told, idles)
};
struct scribe_state {
  std::vector<std::int64_t> known; ///< Runs ahead of the store: what a rebuilt one reads there.
  std::vector<std::int64_t> held;
  TROUPE_FIELDS(known, held)
};

class scribe : public runtime::service<scribe, scribe_config, scribe_state> {
public:
  using hears = runtime::messages<note, write_down, turn_page, tear_page>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void on(const note&);
  void on(const write_down&) { flush(); }
  void on(const turn_page&);
  void on(const tear_page&) { throw std::runtime_error{"boom"}; }
  bool flushed() const override { return state().held.empty(); }
  void flush() override;
  void mailbox_drained() override {
    if (config().idles)
      flush();
  }

private:
  void add(runtime::transaction& work, std::int64_t id);
};

const runtime::service_kind& scribe_kind();

} // namespace scribing

struct scribe_stage : actor_stage {
  scribe_stage();
  ~scribe_stage() { store().watch(nullptr); }

  static constexpr auto path = "/scribe";
  /// With other services beside it, each "scribe".
  void begin(std::vector<std::string> others = {});
  void tell_note(std::int64_t id) { send(path, scribing::note{id, false, false, {}}); }
  void hold_note(std::int64_t id) { send(path, scribing::note{id, true, false, {}}); }
  /// Turn by turn until so many commits were tried.
  void run_until_tried(std::int64_t commits);

  std::vector<std::int64_t> handled() const { return ids_of<scribing::handled>(); }
  std::vector<std::int64_t> written() const { return ids_of<scribing::written>(); }
  std::vector<std::int64_t> refused() const { return ids_of<scribing::note_refused>(); }
  /// Ids of the changes in the store.
  std::vector<std::int64_t> stored();
  std::vector<std::int64_t> known(std::string_view of = path);
  std::uint32_t restarts(std::string_view of = path) {
    return address_of(of).at()->restarts.load();
  }
  std::int64_t figure(std::string_view name) { return state_of("/db").at(name).as_int64(); }

  bool idles = false;
  refusing_gate gate;
  std::shared_ptr<listener> ear;

private:
  template <class Message>
  std::vector<std::int64_t> ids_of() const {
    std::vector<std::int64_t> found;
    for (const auto& one : ear->heard<Message>())
      found.push_back(one.id);
    return found;
  }
};

} // namespace troupe::testing
