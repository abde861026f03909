// The peers of a cell, and how many messages went between them: a small bounded table.
#pragma once

#include <algorithm>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

/// At most `links_max` peers. When it is full, the least talkative makes room and is counted with
/// the others.
class link_table {
public:
  static constexpr std::size_t links_max = 48;

  void count(const address& peer) {
    auto* port = peer.at().get();
    if (last_ < links_.size() && links_[last_].peer.at().get() == port) {
      links_[last_].times++;
      return;
    }
    for (std::size_t i = 0; i < links_.size(); ++i)
      if (links_[i].peer.at().get() == port) {
        links_[last_ = i].times++;
        return;
      }
    add(peer);
  }

  /// {"/path": 12, …, "others": 3}, the most talkative first; "outside" is no cell of the tree.
  json view() const {
    auto sorted = links_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const link& a, const link& b) { return a.times > b.times; });
    boost::json::object out;
    for (const auto& one : sorted) {
      auto path = one.peer ? one.peer.path() : std::string_view{"outside"};
      auto& sum = out[boost::json::string_view{path.data(), path.size()}];
      sum = (sum.is_int64() ? sum.get_int64() : 0) + one.times;
    }
    if (others_ > 0)
      out["others"] = others_;
    return out;
  }

private:
  struct link {
    address peer;
    std::int64_t times = 0;
  };

  void add(const address& peer) {
    if (links_.size() == links_max) {
      auto least = std::min_element(links_.begin(), links_.end(),
                                    [](auto& a, auto& b) { return a.times < b.times; });
      others_ += least->times;
      *least = {peer, 1};
      last_ = static_cast<std::size_t>(least - links_.begin());
      return;
    }
    last_ = links_.size();
    links_.push_back({peer, 1});
  }

  std::vector<link> links_;
  std::size_t last_ = 0;
  std::int64_t others_ = 0;
};

} // namespace troupe::runtime
