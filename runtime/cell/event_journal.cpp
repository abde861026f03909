#include "runtime/cell/event_journal.hpp"

#include "storage/fingerprint.hpp"

namespace troupe::runtime {

namespace {

/// A checksum costs as much as the state is long: it is taken when messages of so many times that
/// length were taken, and not more often than after so many bytes.
constexpr std::int64_t checksum_spread = 16;
constexpr std::int64_t checksum_bytes_least = 16 * 1024;
/// What an event counts at least.
constexpr std::int64_t event_bytes_least = 128;

} // namespace

void event_journal::run(std::string_view doing, const envelope* taken, work_ref work) {
  auto& journal = self_.sys.journal();
  event_.out.began = self_.sys.timer_now();
  if (!journal.on()) {
    work();
    return;
  }
  checkpoint();
  event_recorder record{journal, self_.me, doing, event_.now};
  if (taken)
    take(record, *taken);
  run_recorded(record, work);
  checksum(record.taken_bytes());
}

void event_journal::take(event_recorder& record, const envelope& mail) {
  if (dropped_at_)
    record.drop(mail);
  else if (record.take(mail))
    return;
  dropped_at_ = event_.now;
}

void event_journal::run_recorded(event_recorder& record, work_ref work) {
  auto& journal = self_.sys.journal();
  event_.recorder = &record;
  auto close = [&] {
    event_.recorder = nullptr;
    return record.end();
  };
  try {
    work();
    auto& out = event_.out;
    if (!dropped_at_)
      record.say(out);
    out.event = close(); // which may be the first of an epoch without a checkpoint
    out.by_value =
        dropped_at_ || slot_.kind->not_replayable || checkpointed_epoch_ != journal.epoch();
  } catch (const std::exception& problem) {
    record.fail(problem.what());
    close();
    throw;
  } catch (...) {
    record.fail("an exception of unknown type");
    close();
    throw;
  }
}

void event_journal::checksum(std::uint64_t taken_bytes) {
  checksum_due_ -= static_cast<std::int64_t>(taken_bytes) + event_bytes_least;
  if (checksum_due_ > 0 || !slot_.service || dropped_at_ || slot_.kind->not_replayable)
    return;
  auto state = slot_.service->state_bytes();
  self_.sys.secrets().hide_in(state);
  checksum_due_ =
      std::max(checksum_bytes_least, checksum_spread * static_cast<std::int64_t>(state.size()));
  bytes body;
  put_checksum(body, {fingerprint(state), state.size()});
  self_.sys.journal().add(record_kind::checksum, {self_.figures(), {}, nullptr, {}, event_.now},
                          body);
}

// What a service holds back is not in its state: the checkpoint waits until it is flushed.
void event_journal::checkpoint() {
  constexpr auto calm_again = std::chrono::seconds{1};
  auto& journal = self_.sys.journal();
  auto epoch = journal.epoch();
  if ((checkpointed_epoch_ == epoch && !dropped_at_) || !slot_.service || slot_.in_transaction
      || !slot_.service->flushed())
    return;
  if (dropped_at_ && (event_.now - *dropped_at_ < calm_again || !journal.calm(event_.now)))
    return;
  checkpointed_epoch_ = epoch;
  dropped_at_.reset();
  if (slot_.kind->not_replayable)
    record(participants::state, slot_.kind->name);
  else
    record(participants::state, slot_.kind->name, slot_.spec.config, slot_.service->state_bytes());
}

void event_journal::record(std::string_view how, std::string_view kind, std::string_view config,
                           std::string_view state) {
  auto& journal = self_.sys.journal();
  if (!journal.on())
    return;
  if (how == participants::built) {
    checkpointed_epoch_ = journal.epoch();
    dropped_at_.reset();
  }
  bytes body;
  put_participant(body, {std::string{kind}, bytes{config}, bytes{state}, slot_.incarnation});
  self_.sys.secrets().hide_in(body);
  journal.add(record_kind::participant, {self_.figures(), how, nullptr, {}, self_.sys.now()}, body);
}

} // namespace troupe::runtime
