// What the journal hears of a cell (journal/record.hpp).
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"
#include "storage/fingerprint.hpp"

namespace troupe::runtime {

namespace {

/// A digest costs as much as the state is long: it is taken when so many times its length were
/// taken in messages, and not more often than after so many bytes.
constexpr std::int64_t digest_spread = 16;
constexpr std::int64_t digest_bytes_least = 16 * 1024;
/// What a message counts at least.
constexpr std::int64_t turn_bytes_least = 128;

} // namespace

/// Runs a piece of the service as a turn: what it says stays in `out_`. Throws what it throws.
void cell_actor::run_turn(std::string_view doing, void (*work)(void*), void* what) {
  auto& journal = sys_.journal();
  out_.began = clock().now();
  if (!journal.on()) {
    work(what);
    return;
  }
  write_checkpoint();
  event_recorder turn{journal, me_, doing, now_};
  if (current_ && doing == current_.name()) {
    envelope taken{current_, current_sender_, current_cause_};
    if (left_out_)
      turn.leave_out(taken);
    else
      left_out_ = !turn.take(taken);
    if (left_out_)
      left_out_at_ = now_;
  }
  turn_ = &turn;
  auto close = [&] {
    turn_ = nullptr;
    return turn.end();
  };
  try {
    work(what);
    if (!left_out_)
      turn.say(out_);
    out_.turn = close(); // whose record may be the first of an epoch that is not paid
    out_.whole = left_out_ || kind_->not_replayable || checkpointed_epoch_ != journal.epoch();
  } catch (const std::exception& problem) {
    turn.fail(problem.what());
    close();
    throw;
  } catch (...) {
    turn.fail("an exception of unknown type");
    close();
    throw;
  }
  record_digest(turn.taken_bytes());
}

void cell_actor::record_digest(std::uint64_t taken_bytes) {
  digest_due_ -= static_cast<std::int64_t>(taken_bytes) + turn_bytes_least;
  if (digest_due_ > 0 || !service_ || left_out_ || kind_->not_replayable)
    return;
  auto state = service_->state_bytes();
  sys_.secrets().hide_in(state);
  digest_due_ =
      std::max(digest_bytes_least, digest_spread * static_cast<std::int64_t>(state.size()));
  bytes body;
  put_digest(body, {fingerprint(state), state.size()});
  sys_.journal().add(record_kind::digest, {*me_.at(), {}, nullptr, {}, now_}, body);
}

/// Once for every epoch of the journal, so that a replay can begin there, and after something was
/// left out. What a service holds back is not in its state: it waits until that is settled.
void cell_actor::write_checkpoint() {
  constexpr auto calm_again = std::chrono::seconds{1};
  auto& journal = sys_.journal();
  auto epoch = journal.epoch();
  if ((checkpointed_epoch_ == epoch && !left_out_) || !service_ || participant_
      || !service_->flushed())
    return;
  if (left_out_ && (now_ - left_out_at_ < calm_again || !journal.calm(now_)))
    return;
  checkpointed_epoch_ = epoch;
  left_out_ = false;
  if (kind_->not_replayable)
    record_participant(participants::state, kind_->name);
  else
    record_participant(participants::state, kind_->name, spec_.config, service_->state_bytes());
}

void cell_actor::record_participant(std::string_view how, std::string_view kind,
                                    std::string_view config, std::string_view state) {
  auto& journal = sys_.journal();
  if (!journal.on())
    return;
  if (how == participants::built) {
    checkpointed_epoch_ = journal.epoch();
    left_out_ = false;
  }
  bytes body;
  put_participant(body, {std::string{kind}, bytes{config}, bytes{state}, incarnation_});
  sys_.secrets().hide_in(body);
  journal.add(record_kind::participant, {*me_.at(), how, nullptr, {}, sys_.now()}, body);
}

// -- what a service asks about the tree -----------------------------------------------------------

std::vector<std::string> cell_actor::children() const {
  auto names = nursery_.names();
  if (turn_)
    turn_->keep("children", encode(names));
  return names;
}

const child_spec* cell_actor::child_spec_of(const std::string& name) const {
  const auto* spec = nursery_.find(name);
  if (turn_)
    turn_->keep("child " + name, encode(spec ? std::optional{*spec} : std::nullopt));
  return spec;
}

std::vector<child_spec> cell_actor::configured_children(std::string_view of) const {
  auto specs = runtime::configured_children(sys_.paths(), of);
  if (turn_)
    turn_->keep("configured", encode(specs));
  return specs;
}

} // namespace troupe::runtime
