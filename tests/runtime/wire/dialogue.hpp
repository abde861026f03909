// Plays a capture through two brokers, one for each side: what a side sent is asked of its broker
// by call, answer, error or decref, and must come out byte for byte; then the other broker hears
// it.
#pragma once

#include <functional>
#include <map>

#include "recordings.hpp"
#include "runtime/wire/pb_broker.hpp"

namespace troupe::wire::tests {

/// How a broker is made to hear bytes: at once, in pieces, with its state stored between.
using feeder =
    std::function<std::vector<broker_event>(pb_broker&, std::string_view incoming, bytes& out)>;

struct dialogue_counts {
  int expressions = 0;
  int calls = 0;
  int answers = 0;
  int errors = 0;
  int decrefs = 0;
  std::vector<broker_event> heard; ///< By both sides, in order.
};

dialogue_counts play(const capture& recorded, const feeder& feed);

} // namespace troupe::wire::tests
