// A transaction over the tree on its way, and the record of it.
#include "actors/config/config_service.hpp"
#include "storage/codec.hpp"
#include "storage/fingerprint.hpp"

namespace troupe::config {

using records::reconfiguration_outcome;
using runtime::transaction_stage;
using runtime::transaction_verdict;

namespace {

/// For all cells to answer one stage.
constexpr span stage_patience = std::chrono::seconds{30};
constexpr std::string_view patience_key = "stage", settle_key = "flush";

double milliseconds(span x) {
  return static_cast<double>(x.count()) / 1000;
}

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

} // namespace

// Whatever the transaction orders is said; then it is seen where that has led.
void config_service::carry_out(const runtime::tree_transaction::orders& orders) {
  auto& change = *state().change;
  auto& transaction = change.transaction;
  for (const auto& one : orders)
    control(one.path, one.command);
  if (!transaction.running()) {
    conclude();
    return;
  }
  if (transaction.stage == transaction_stage::settling) {
    if (change.record.switched == span{0}) {
      change.record.switched = std::max(now() - change.loaded, span{1});
      cancel_timer(patience_key);
      start_timer(std::string{settle_key}, transaction.settle, settle_over{transaction.id});
      for (const auto& one : change.requesters)
        send(one.requester,
             reconfiguring{one.token, fmt::format("{}: switched in {:.1f} ms, settles for {} s",
                                                  runtime::summary_of(transaction.plan),
                                                  milliseconds(change.record.switched),
                                                  milliseconds(transaction.settle) / 1000)});
    }
  } else if (!orders.empty()) {
    start_timer(std::string{patience_key}, stage_patience,
                stage_overdue{transaction.id, transaction.stage});
  }
}

void config_service::on(const runtime::cell_answer& news) {
  if (state().change)
    carry_out(state().change->transaction.answered(news));
}

void config_service::on(const runtime::member_ready& news) {
  if (state().change && news.transaction == state().change->transaction.id)
    carry_out(state().change->transaction.ready(news.path));
}

void config_service::on(const runtime::member_failed& news) {
  if (state().change && news.transaction == state().change->transaction.id)
    carry_out(state().change->transaction.failed(news.path, news.reason));
}

void config_service::on(const stage_overdue& due) {
  if (!state().change || due.transaction != state().change->transaction.id
      || due.stage != state().change->transaction.stage)
    return;
  carry_out(state().change->transaction.overdue(stage_patience));
}

void config_service::on(const settle_over& due) {
  if (!state().change || due.transaction != state().change->transaction.id)
    return;
  state().change->transaction.settled();
  carry_out({});
}

// The same transaction the other way round. There is nothing to go back to from here, so it goes on
// whatever happens: a service that cannot take over is built from the store.
void config_service::go_back() {
  auto& change = *state().change;
  log(runtime::level::error, "rolls back: {}", joined(change.transaction.troubles));
  cancel_timer(settle_key);
  change.record.message = joined(change.transaction.troubles);
  change.going_back = true;
  change.wanted = running();
  runtime::tree_transaction back;
  back.id = random() | 1;
  back.force = true;
  back.plan = change.transaction.reverse();
  change.transaction = std::move(back);
  carry_out(change.transaction.begin(kinds()));
}

// Without its secrets: a digest of a short one would tell it.
std::uint64_t config_service::digest_of(const std::vector<runtime::child_spec>& tree) const {
  auto stored = encode(tree);
  hide_secrets(stored);
  return fingerprint(stored);
}

void config_service::conclude() {
  auto& change = *state().change;
  auto& transaction = change.transaction;
  if (transaction.verdict == transaction_verdict::failed) {
    if (!change.going_back)
      record_plan(change.record, transaction.plan);
    go_back();
    return;
  }
  cancel_timer(patience_key);
  cancel_timer(settle_key);
  auto& record = change.record;
  bool done = transaction.verdict == transaction_verdict::done;
  record.digest_before = digest_of(running());
  record.digest_after = change.going_back ? record.digest_before : digest_of(change.wanted);
  if (record.switched == span{0} && done)
    record.switched = std::max(now() - change.loaded, span{1});
  if (!change.going_back)
    record_plan(record, transaction.plan);
  record.took = now() - record.began;
  auto summary = runtime::summary_of(transaction.plan);
  if (change.going_back) {
    record.outcome = reconfiguration_outcome::rolled_back;
    record.message =
        fmt::format("rolled back, the former configuration runs again:\n{}", record.message);
    if (!transaction.troubles.empty())
      record.message += "\nwhile it was rolled back:\n" + joined(transaction.troubles);
  } else if (!done) {
    record.outcome = reconfiguration_outcome::refused;
    record.message = "refused, nothing was changed:\n" + joined(transaction.troubles);
  } else if (transaction.plan.changes.empty()) {
    record.outcome = reconfiguration_outcome::unchanged;
    record.message = fmt::format("nothing to change: keeps {}", transaction.plan.kept);
  } else {
    record.outcome = reconfiguration_outcome::applied;
    record.message =
        fmt::format("{}: switched in {:.1f} ms", summary, milliseconds(record.switched));
    if (!transaction.troubles.empty())
      record.message += "\n" + joined(transaction.troubles);
  }
  if (done)
    state().running = std::move(change.wanted);
  auto ended = std::move(change);
  state().change.reset();
  finish_record(std::move(ended.record), ended.requesters, done && !ended.going_back);
  next_in_queue();
}

void config_service::record_plan(records::reconfiguration& record, const runtime::tree_plan& plan) {
  record.kept = plan.kept;
  for (const auto& one : plan.changes) {
    if (record.changes.size() >= records::reconfiguration::changes_kept) {
      record.changes_left_out++;
      continue;
    }
    record.changes.push_back({std::string{names_of(one.act)[static_cast<std::size_t>(one.act)]},
                              one.path, runtime::differing_keys(one, kinds())});
  }
}

// The requesters are answered when the record is durable.
void config_service::finish_record(records::reconfiguration record,
                                   const std::vector<reconfigure>& requesters, bool ok) {
  log(ok ? runtime::level::info : runtime::level::error, "reconfiguration {} by {}: {}",
      record.id.value, record.who.empty() ? "somebody" : record.who, record.message);
  state().last_outcome = record.message;
  state().last_good = ok;
  runtime::transaction work;
  work.work.put(record);
  if (record.id.value > records::operations_kept)
    work.work.erase<records::reconfiguration>(
        {reconfiguration_id{record.id.value - records::operations_kept}});
  auto plan = plan_view(record);
  for (const auto& one : requesters)
    work.send(one.requester, reconfigured{one.token, ok, record.message, plan});
  commit(std::move(work));
}

json plan_view(const records::reconfiguration& record) {
  boost::json::object out;
  out["kept"] = record.kept;
  out["changes"] = to_json(record.changes);
  out["left_out"] = record.changes_left_out;
  return out;
}

} // namespace troupe::config
