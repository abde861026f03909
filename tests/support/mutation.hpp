// Bytes as a damaged disk or a hostile peer may make them.
#pragma once

#include <random>

#include "storage/describe.hpp"

namespace troupe::testing {

using generator = std::mt19937;

/// Up to six times: adds, takes away, copies or changes some bytes. `odd` makes what a reader of
/// the format is most easily mistaken about; a byte that is changed is below `small` half the time.
template <class Odd>
void mutate(bytes& data, generator& random, int small, const Odd& odd) {
  auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (auto times = 1 + below(6); times > 0; --times) {
    auto at = below(data.size() + 1);
    switch (below(6)) {
    case 0:
      data.insert(at, 1, static_cast<char>(random()));
      break;
    case 1:
      data.erase(at, 1 + below(4));
      break;
    case 2:
      data.insert(at, odd(random));
      break;
    case 3: {
      auto from = below(data.size() + 1);
      auto length = below(40); // in an order that no compiler may change
      data.insert(at, data.substr(from, length));
      break;
    }
    default:
      if (at < data.size())
        data[at] =
            static_cast<char>(below(2) == 0 ? random() : below(static_cast<std::size_t>(small)));
    }
  }
}

} // namespace troupe::testing
