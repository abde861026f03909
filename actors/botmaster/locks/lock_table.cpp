#include "actors/botmaster/locks/lock_table.hpp"

#include <fmt/format.h>

#include "actors/botmaster/locks/causes.hpp"

namespace troupe::botmaster {

namespace {

const model::lock* definition(const std::string& name, const std::vector<model::lock>& defined) {
  for (const auto& one : defined)
    if (one.name == name)
      return &one;
  return nullptr;
}

std::int64_t units_of(const lock_access& access) {
  return access.exclusive ? 1 : access.count;
}

bool same(const lock_party& a, const lock_party& b) {
  return a.build == b.build && (b.part.empty() || a.part == b.part);
}

} // namespace

std::string lock_instance(const std::string& lock, const std::string& worker,
                          const std::vector<model::lock>& defined) {
  auto* found = definition(lock, defined);
  return found && found->per_worker ? lock + "@" + worker : lock;
}

namespace {

std::int64_t max_of(const std::string& instance, const std::vector<model::lock>& defined) {
  auto at = instance.rfind('@');
  auto* found = definition(instance, defined);
  if (found || at == std::string::npos)
    return found ? found->max_count : 1;
  found = definition(instance.substr(0, at), defined);
  if (!found)
    return 1;
  auto own = found->max_count_for_worker.find(instance.substr(at + 1));
  return own == found->max_count_for_worker.end() ? found->max_count : own->second;
}

bool fits(const lock_access& access, const lock_figures& is) {
  if (!access.exclusive && access.count == 0)
    return true; // never recorded, always there
  if (access.exclusive)
    return is.held == 0 && !is.exclusive && is.waiting == 0;
  return !is.exclusive && is.held + is.waiting + access.count <= is.max;
}

} // namespace

std::map<std::string, lock_figures>
lock_table::figures(const std::vector<model::lock>& defined) const {
  std::map<std::string, lock_figures> all;
  for (const auto& wish : held)
    for (const auto& access : wish.accesses) {
      auto name = lock_instance(access.lock, wish.worker, defined);
      auto& is = all[name];
      is.max = max_of(name, defined);
      is.held += units_of(access);
      is.exclusive = is.exclusive || access.exclusive;
      is.holders.push_back({wish.party.build, units_of(access), access.exclusive,
                            wish.granted_at.value_or(wish.since)});
    }
  for (const auto& wish : waiting)
    for (const auto& access : wish.accesses)
      if (auto name = lock_instance(access.lock, wish.worker, defined); name == wish.waits_for) {
        auto& is = all[name];
        is.max = max_of(name, defined);
        // An exclusive one ahead leaves no room for anybody behind it.
        is.waiting += access.exclusive ? is.max : access.count;
        is.queue.push_back({wish.party.build, units_of(access), access.exclusive, wish.since});
      }
  return all;
}

std::string first_busy(const std::vector<lock_access>& accesses, const std::string& worker,
                       const std::vector<model::lock>& defined,
                       const std::map<std::string, lock_figures>& figures) {
  for (const auto& access : accesses) {
    auto name = lock_instance(access.lock, worker, defined);
    auto found = figures.find(name);
    lock_figures is;
    is.max = max_of(name, defined);
    if (!fits(access, found == figures.end() ? is : found->second))
      return name;
  }
  return {};
}

namespace {

/// "linux/7 for 12 s" of each.
std::string shares(const std::vector<lock_share>& all, const build_namer& name_of, instant now,
                   build_id requester) {
  std::vector<std::string> waits;
  for (const auto& one : all)
    waits.push_back(fmt::format("{}{}{} for {}", one.build == requester ? "this very build, " : "",
                                name_of(one.build, {}).name,
                                one.exclusive   ? " (exclusively)"
                                : one.units > 1 ? fmt::format(" ({} units)", one.units)
                                                : "",
                                lasting(now - one.since)));
  return listed(waits);
}

std::string wanted_of(const lock_access& access) {
  return access.exclusive   ? std::string{"wanted exclusively"}
         : access.count > 1 ? fmt::format("{} units wanted", access.count)
                            : std::string{"one unit wanted"};
}

void explain_access(const lock_access& access, const std::string& instance, const lock_figures& is,
                    const build_namer& name_of, instant now, build_id requester, causes& into) {
  thing lock{thing_kind::lock, instance, 0};
  if (!access.exclusive && access.count > is.max) {
    into.push_back(
        {lock_cause::lock_too_small,
         fmt::format("lock {} has {} units in all, {} are wanted", instance, is.max, access.count),
         lock});
    return;
  }
  auto alone = is;
  alone.waiting = 0;
  if (!fits(access, alone) && !is.holders.empty())
    into.push_back(
        {lock_cause::lock_held,
         fmt::format("lock {} ({}) is held, {} of {} units, by {}", instance, wanted_of(access),
                     is.held, is.max, shares(is.holders, name_of, now, requester)),
         lock,
         is.holders.front().since,
         {},
         name_of(is.holders.front().build, {})});
  if (!is.queue.empty())
    into.push_back({lock_cause::lock_wanted_before,
                    fmt::format("lock {} ({}) was wanted before by {}", instance, wanted_of(access),
                                shares(is.queue, name_of, now, requester)),
                    lock,
                    is.queue.front().since,
                    {},
                    name_of(is.queue.front().build, {})});
}

} // namespace

causes why_busy(const std::vector<lock_access>& accesses, const std::string& worker,
                const std::vector<model::lock>& defined,
                const std::map<std::string, lock_figures>& figures, const build_namer& name_of,
                instant now, build_id requester) {
  causes all;
  for (const auto& access : accesses) {
    auto name = lock_instance(access.lock, worker, defined);
    auto found = figures.find(name);
    lock_figures is;
    is.max = max_of(name, defined);
    if (found != figures.end())
      is = found->second;
    if (!fits(access, is))
      explain_access(access, name, is, name_of, now, requester, all);
  }
  return all;
}

// Only those who came before it count.
causes why_it_waits(const lock_table& table, build_id build,
                    const std::vector<model::lock>& defined, const build_namer& name_of,
                    instant now) {
  lock_table before;
  before.held = table.held;
  for (const auto& wish : table.waiting) {
    if (wish.party.build == build)
      return why_busy(wish.accesses, wish.worker, defined, before.figures(defined), name_of, now,
                      build);
    before.waiting.push_back(wish);
  }
  return {};
}

// First come, first served, per instance: those before in the list stand before in the queues.
std::vector<lock_wish> lock_table::grant(const std::vector<model::lock>& defined) {
  std::vector<lock_wish> granted;
  auto queue = std::exchange(waiting, {});
  for (auto& wish : queue) {
    wish.waits_for = first_busy(wish.accesses, wish.worker, defined, figures(defined));
    if (!wish.waits_for.empty()) {
      waiting.push_back(std::move(wish));
      continue;
    }
    held.push_back(wish);
    granted.push_back(std::move(wish));
  }
  return granted;
}

std::vector<lock_wish> lock_table::acquire(lock_wish wish,
                                           const std::vector<model::lock>& defined) {
  for (const auto& one : held)
    if (one.party == wish.party)
      return {wish}; // asked for again after a restart of the requester
  std::erase_if(waiting, [&](const auto& one) { return one.party == wish.party; });
  waiting.push_back(std::move(wish));
  return grant(defined);
}

bool lock_table::knows(const lock_party& party) const {
  auto mine = [&](const lock_wish& one) { return same(one.party, party); };
  return std::any_of(held.begin(), held.end(), mine)
         || std::any_of(waiting.begin(), waiting.end(), mine);
}

std::vector<lock_wish> lock_table::release(const lock_party& party,
                                           const std::vector<model::lock>& defined) {
  auto mine = [&](const lock_wish& one) { return same(one.party, party); };
  std::erase_if(held, mine);
  std::erase_if(waiting, mine);
  return grant(defined);
}

result<std::vector<lock_access>> read_accesses(const json& from) {
  std::vector<lock_access> accesses;
  if (from.is_null())
    return accesses;
  if (from.is_array()) {
    for (const auto& one : from.get_array()) {
      auto inner = read_accesses(one);
      if (!inner)
        return inner;
      accesses.insert(accesses.end(), inner->begin(), inner->end());
    }
    return accesses;
  }
  auto* name = from.is_object() ? from.get_object().if_contains("lock") : nullptr;
  auto* mode = from.is_object() ? from.get_object().if_contains("mode") : nullptr;
  if (!name || !name->is_string() || !mode || !mode->is_string())
    return troupe::detail::wrong_kind("a lock access, lock:access(mode, count),", from);
  lock_access access;
  access.lock.assign(name->get_string().data(), name->get_string().size());
  access.exclusive = mode->get_string() == "exclusive";
  if (auto* count = from.get_object().if_contains("count"); count && count->is_number())
    access.count = count->to_number<std::int64_t>();
  accesses.push_back(std::move(access));
  return accesses;
}

} // namespace troupe::botmaster
