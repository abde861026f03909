#include "runtime/replay/snapshots.hpp"

#include <algorithm>

namespace troupe::runtime {

namespace {

/// What an event's messages cost beside their contents.
constexpr std::uint64_t said_event_bytes = 128;

} // namespace

// Messages are shared between snapshots: each counts where it is for the first time.
std::uint64_t snapshots::bytes() const {
  std::uint64_t sum = 0;
  const replay_point* before = nullptr;
  for (const auto& one : all_) {
    for (const auto& [path, cell] : one.states.cells)
      sum += path.size() + cell.size();
    for (auto said = one.states.said.rbegin(); said != one.states.said.rend(); ++said) {
      if (before && before->run == one.at.run && said->first <= before->order)
        break;
      sum += said_event_bytes + said->second->bytes;
    }
    sum += one.states.said.size() * sizeof one.states.said.front();
    before = &one.at;
  }
  return sum;
}

void snapshots::add(snapshot one) {
  all_.push_back(std::move(one));
  while (all_.size() > 2 && (all_.size() > limits_.count_max || bytes() > limits_.bytes_max)) {
    std::vector<snapshot> fewer;
    for (std::size_t i = 0; i < all_.size(); i += 2)
      fewer.push_back(std::move(all_[i]));
    all_ = std::move(fewer);
    every_ *= 2;
  }
}

const snapshot* snapshots::last(const std::function<bool(const replay_point&)>& allows) const {
  auto end = std::partition_point(all_.begin(), all_.end(),
                                  [&](const snapshot& one) { return allows(one.at); });
  return end == all_.begin() ? nullptr : &*(end - 1);
}

} // namespace troupe::runtime
