#include "runtime/cell/timer_table.hpp"

#include <algorithm>
#include <utility>

namespace troupe::runtime {

namespace {

/// Before the keys of each owner, as people see them.
constexpr std::array<std::string_view, 3> shown_prefix{"", "supervisor:", "participant"};

} // namespace

void timer_table::set(timer_owner owner, std::string_view key, time due, any_message what,
                      origin cause) {
  changed_ = true;
  auto& mine = of(owner);
  if (auto i = mine.find(key); i != mine.end())
    i->second = {due, std::move(what), cause};
  else
    mine.emplace(key, timer{due, std::move(what), cause});
}

void timer_table::cancel(timer_owner owner, std::string_view key) {
  auto& mine = of(owner);
  if (auto i = mine.find(key); i != mine.end())
    mine.erase(i);
}

void timer_table::cancel_all(timer_owner owner) {
  of(owner).clear();
}

void timer_table::clear() {
  for (auto& one : timers_)
    one.clear();
}

std::optional<timer_table::time> timer_table::next_wake() {
  if (!std::exchange(changed_, false))
    return std::nullopt;
  auto next = time::max();
  for (const auto& all : timers_)
    for (const auto& [key, one] : all)
      next = std::min(next, one.due);
  if (next >= awaited_)
    return std::nullopt;
  awaited_ = next;
  return next;
}

std::vector<timer_table::due_key> timer_table::due(time now) {
  awaited_ = time::max();
  changed_ = true;
  std::vector<due_key> found;
  for (auto owner : {timer_owner::service, timer_owner::supervisor, timer_owner::participant})
    for (const auto& [key, one] : of(owner))
      if (one.due <= now)
        found.push_back({one.due, owner, key});
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<timer_table::due_timer> timer_table::take(const due_key& which) {
  auto& mine = of(which.owner);
  auto i = mine.find(which.key);
  if (i == mine.end())
    return std::nullopt;
  due_timer taken{which.owner, which.key, std::move(i->second.what), i->second.cause};
  mine.erase(i);
  return taken;
}

json timer_table::view(time now) const {
  boost::json::array rows;
  for (std::size_t owner = 0; owner < timers_.size(); ++owner)
    for (const auto& [key, one] : timers_[owner])
      rows.push_back(boost::json::object{
          {"key", std::string{shown_prefix[owner]} + key},
          {"in_seconds", std::chrono::duration<double>(one.due - now).count()}});
  return rows;
}

} // namespace troupe::runtime
