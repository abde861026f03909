#include "runtime/replay/chain.hpp"

#include <algorithm>

#include "runtime/mail/transaction.hpp"

namespace troupe::runtime {

void chains::forget() {
  *this = chains{};
}

std::uint32_t chains::number_of(std::string_view name) {
  auto [known, fresh] =
      numbers_.emplace(std::string{name}, static_cast<std::uint32_t>(names_.size()));
  if (fresh)
    names_.emplace_back(name);
  return known->second;
}

void chains::add(const record_head& head, const replay& on) {
  step one{head.order,
           head.at,
           number_of(head.cell),
           number_of(head.doing),
           number_of(head.sender),
           head.cause.event,
           0};
  if (auto by = released_.find(head.cause.event); by != released_.end() && head.cause.place > 0
                                                  && head.cause.place <= by->second.size()
                                                  && by->second[head.cause.place - 1] != 0) {
    one.commit = one.cause;
    one.cause = by->second[head.cause.place - 1];
  }
  steps_.push_back(one);
  const auto& said = on.last_said().said;
  std::vector<std::uint64_t> releases(said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto& what = said[i].second;
    if (const auto* work = what.as<transaction>()) {
      for (const auto& [to, message] : work->on_commit)
        carried_.insert_or_assign(message.content(), head.order);
      alive_.push_back(what);
    } else if (head.cell == store_path) {
      if (auto by = carried_.find(what.content()); by != carried_.end())
        releases[i] = by->second;
    }
  }
  if (std::any_of(releases.begin(), releases.end(), [](auto by) { return by != 0; }))
    released_.emplace(head.order, std::move(releases));
}

const chains::step* chains::find(std::uint64_t order) const {
  auto at =
      std::lower_bound(steps_.begin(), steps_.end(), order,
                       [](const step& one, std::uint64_t wanted) { return one.order < wanted; });
  return at != steps_.end() && at->order == order ? &*at : nullptr;
}

chain_link chains::show(const step& one, std::int64_t depth) const {
  return {one.order,  one.at, names_[one.cell], names_[one.doing], names_[one.sender], one.cause,
          one.commit, depth,  nullptr};
}

std::vector<chain_link> chains::of(std::uint64_t order) const {
  const auto* asked = find(order);
  if (!asked)
    return {};
  std::vector<chain_link> links;
  std::int64_t depth = 0;
  for (const auto* one = find(asked->cause); one && links.size() < chain_links_max;
       one = find(one->cause))
    links.push_back(show(*one, --depth));
  std::reverse(links.begin(), links.end());
  links.push_back(show(*asked, 0));
  std::unordered_map<std::uint64_t, std::int64_t> depths{{order, 0}};
  auto before = links.size();
  for (const auto* one = asked + 1; one != steps_.data() + steps_.size(); ++one) {
    auto by = depths.find(one->cause);
    if (by == depths.end())
      continue;
    depths.emplace(one->order, by->second + 1);
    links.push_back(show(*one, by->second + 1));
    if (links.size() - before == chain_links_max)
      break;
  }
  return links;
}

std::uint64_t chains::last(std::string_view cell, std::string_view type, instant until) const {
  for (auto one = steps_.rbegin(); one != steps_.rend(); ++one)
    if (one->at <= until && names_[one->cell] == cell && names_[one->doing] == type)
      return one->order;
  return 0;
}

} // namespace troupe::runtime
