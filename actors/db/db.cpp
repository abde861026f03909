#include "actors/db/db.hpp"

#include "runtime/mail/control.hpp"
#include "storage/store.hpp"

namespace troupe::db {

using runtime::any_message;
using runtime::barrier_reached;
using runtime::store_barrier;
using runtime::transaction;

namespace {

/// After a commit that failed for the store's own reasons.
constexpr auto backoff_time = std::chrono::milliseconds{250};

} // namespace

// What a fenced owner sends builds on what is not stored.
void database::on(const transaction& work) {
  if (work.owner && state().fenced.contains(std::string{work.owner.path()})) {
    failure why{errc::refused, "what it builds on was refused"};
    refuse(work, why);
    send(work.owner, runtime::transactions_ended{0, 1, false, why.message});
    return;
  }
  state().pending_batch.push_back(current());
  add_to_batch(static_cast<std::int64_t>(work.work.byte_count()) + 64);
}

void database::on(const store_barrier&) {
  state().pending_batch.push_back(current());
  state().requesters.push_back(sender());
  add_to_batch(0);
}

void database::add_to_batch(std::int64_t size) {
  state().pending_bytes += size;
  if (state().pending_bytes >= config().bytes_max
      || static_cast<std::int64_t>(state().pending_batch.size()) >= config().transactions_max)
    mailbox_drained();
}

void database::mailbox_drained() {
  if (!state().backing_off)
    commit_pending();
}

void database::on(const commit_again&) {
  state().backing_off = false;
  commit_pending();
}

/// Refused owners try again at once: without a backoff they and the store would spin.
void database::back_off(const failure& why) {
  if (why.message != state().trouble)
    log(runtime::level::error, "commit failed: {}", why.message);
  state().trouble = why.message;
  state().backing_off = true;
  start_timer("again", backoff_time, commit_again{});
}

bool database::shutdown_requested() {
  commit_pending();
  return true;
}

// One commit for all. If one transaction is at fault, it alone is refused and the others go on.
void database::commit_pending() {
  auto batch = std::exchange(state().pending_batch, {});
  state().pending_bytes = 0;
  if (batch.empty())
    return;
  std::vector<const transaction*> works;
  for (const auto& one : batch)
    if (auto* work = one.as<transaction>())
      works.push_back(work);
  auto all = works;
  std::set<const transaction*> offenders;
  std::map<const transaction*, failure> refused;
  while (!works.empty()) {
    std::vector<const storage::batch*> batches;
    for (auto* work : works)
      if (!work->work.empty())
        batches.push_back(&work->work);
    if (batches.empty())
      break;
    auto outcome = store().apply(batches);
    auto took = outcome.took.count();
    state().slowest_commit_us = std::max<std::int64_t>(state().slowest_commit_us, took);
    if (outcome) {
      state().commits++;
      state().recent_commits_us.push_back(took);
      if (state().recent_commits_us.size() > commits_remembered)
        state().recent_commits_us.pop_front();
      if (!std::exchange(state().trouble, {}).empty())
        log(runtime::level::info, "the store takes writes again");
      break;
    }
    const auto& why = outcome.done.error();
    if (!outcome.culprit)
      back_off(why);
    else
      log(runtime::level::error, "a transaction is refused: {}", why.message);
    // With the offending transaction falls what its owner sent after it.
    const transaction* offender = nullptr;
    auto falls = [&](const transaction* work) {
      if (!outcome.culprit)
        return true;
      if (&work->work == batches[*outcome.culprit])
        offender = work;
      return offender && (work == offender || (work->owner && work->owner == offender->owner));
    };
    std::erase_if(works, [&](const transaction* work) {
      bool fell = falls(work);
      if (fell)
        refused.emplace(work, why);
      return fell;
    });
    if (offender)
      offenders.insert(offender);
  }
  tell_owners(all, refused, offenders);
  // In the order in which it came, across the commits.
  std::size_t barrier = 0;
  for (const auto& one : batch)
    if (auto found = refused.find(one.as<transaction>()); found != refused.end())
      refuse(*found->first, found->second);
    else
      release(one, barrier);
  state().requesters.clear();
}

void database::release(const any_message& what, std::size_t& barrier) {
  if (auto* reach = what.as<store_barrier>()) {
    // What it sent before is decided by now; it begins again with the answer.
    const auto& requester = state().requesters[barrier++];
    state().fenced.erase(std::string{requester.path()});
    send(requester, barrier_reached{reach->token});
    return;
  }
  state().transactions++;
  for (const auto& [to, said] : what.as<transaction>()->on_commit)
    send(to, said);
}

void database::refuse(const transaction& work, const failure&) {
  state().refusals++;
  for (const auto& [to, said] : work.on_abort)
    send(to, said);
}

/// How it went, to each owner once. The state of one that was refused runs ahead of the store: it
/// is built again from what is stored. That is not counted against it, or a full disk would end the
/// master.
void database::tell_owners(const std::vector<const transaction*>& all,
                           const std::map<const transaction*, failure>& refused,
                           const std::set<const transaction*>& offenders) {
  std::vector<std::pair<runtime::address, runtime::transactions_ended>> news;
  std::map<std::string_view, std::size_t> places;
  for (const auto* work : all) {
    if (!work->owner)
      continue;
    auto [place, is_new] = places.emplace(work->owner.path(), news.size());
    if (is_new)
      news.push_back({work->owner, {}});
    auto& his = news[place->second].second;
    if (auto found = refused.find(work); found != refused.end()) {
      if (his.refused++ == 0)
        his.own_fault = offenders.contains(work);
      his.message = found->second.message;
      state().fenced.insert(std::string{work->owner.path()});
    } else {
      his.stored++;
    }
  }
  for (auto& [owner, what] : news)
    send(owner, std::move(what));
}

const runtime::service_kind& database::static_kind() {
  static const auto kind =
      runtime::make_kind<database>("db", "the one writer of the store; group commit");
  return kind;
}

} // namespace troupe::db
