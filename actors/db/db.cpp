#include "actors/db/db.hpp"

#include "runtime/control.hpp"
#include "storage/store.hpp"

namespace troupe::db {

using runtime::any_message;
using runtime::reach_store;
using runtime::store_reached;
using runtime::transaction;

void database::on(const transaction& work) {
  state().gathered.push_back(current());
  gather(static_cast<std::int64_t>(work.work.byte_count()) + 64);
}

void database::on(const reach_store&) {
  state().gathered.push_back(current());
  state().askers.push_back(sender());
  gather(0);
}

void database::gather(std::int64_t size) {
  state().gathered_bytes += size;
  if (state().gathered_bytes >= config().bytes_max
      || static_cast<std::int64_t>(state().gathered.size()) >= config().transactions_max)
    commit_gathered();
}

bool database::stopping() {
  commit_gathered();
  return true;
}

// One commit for all. If one transaction is at fault, it alone is refused and the others go on.
void database::commit_gathered() {
  auto gathered = std::exchange(state().gathered, {});
  state().gathered_bytes = 0;
  if (gathered.empty())
    return;
  std::vector<const transaction*> works;
  for (const auto& one : gathered)
    if (auto* work = one.as<transaction>())
      works.push_back(work);
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
    if (why.words != state().trouble)
      log(runtime::level::error, "commit failed: {}", why.words);
    state().trouble = why.words;
    auto at_fault = [&](const transaction* work) {
      return !outcome.culprit || &work->work == batches[*outcome.culprit];
    };
    for (auto* work : works)
      if (at_fault(work))
        refused.emplace(work, why);
    std::erase_if(works, at_fault);
  }
  // In the order in which all of it came, whatever shared a commit.
  std::size_t barrier = 0;
  for (const auto& one : gathered)
    if (auto found = refused.find(one.as<transaction>()); found != refused.end())
      refuse(*found->first, found->second);
    else
      release(one, barrier);
  state().askers.clear();
}

void database::release(const any_message& what, std::size_t& barrier) {
  if (auto* reach = what.as<reach_store>()) {
    tell(state().askers[barrier++], store_reached{reach->token});
    return;
  }
  state().transactions++;
  for (const auto& [to, said] : what.as<transaction>()->said)
    tell(to, said);
}

// The owner's state runs ahead of the store now: it is built anew from what is stored. That is not
// counted against it, or a full disk would end the master.
void database::refuse(const transaction& work, const failure& why) {
  state().refusals++;
  for (const auto& [to, said] : work.otherwise)
    tell(to, said);
  if (work.owner)
    control(std::string{work.owner.path()}, runtime::restart_service{"refused: " + why.words});
}

const runtime::service_kind& database_kind() {
  static const auto kind
    = runtime::make_kind<database>("db", "the one writer of the store; group commit");
  return kind;
}
const runtime::service_kind& database::kind() const {
  return database_kind();
}

} // namespace troupe::db
