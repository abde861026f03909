// What a piece of a service has said, until it has returned: then all of it leaves, or, if it threw,
// nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/address.hpp"
#include "runtime/child_spec.hpp"

namespace troupe::runtime {

struct outbox {
  struct reminder {
    std::string key;
    std::optional<any_message> what; ///< Nothing: none of that key any more.
    span after{};
  };

  std::vector<std::pair<address, any_message>> said;
  std::vector<std::pair<std::string, any_message>> commanded;
  std::vector<reminder> timed;
  std::vector<child_spec> to_start;
  std::vector<std::string> to_stop;
  bool finishing = false;
  std::string finish_reason;
  bool ready = false;
  std::optional<std::string> prepared; ///< The refusal; empty is none.

  std::uint64_t turn = 0; ///< In which it was said; 0 if nobody records.
  std::chrono::steady_clock::time_point began; ///< When the turn was taken up: reminders count from it.
};

/// Calls `each(verb, target, content)` for all that is not a message to a cell of the tree: such
/// messages are recorded where they are taken.
template <class F>
void each_effect(const outbox& of, const F& each) {
  auto stored = [](const any_message& what) {
    bytes out;
    to_stored(what, out);
    return out;
  };
  for (const auto& [to, message] : of.said)
    if (to.path().starts_with("//")) // the rim and its like
      each("tell", to.path(), stored(message));
  for (const auto& [path, command] : of.commanded)
    each("control", path, stored(command));
  for (const auto& spec : of.to_start)
    each("start_child", spec.name, encode(spec));
  for (const auto& name : of.to_stop)
    each("stop_child", name, bytes{});
  if (of.ready)
    each("ready", "", bytes{});
  if (of.prepared)
    each("prepared", *of.prepared, bytes{});
  if (of.finishing)
    each("finish", of.finish_reason, bytes{});
}

} // namespace troupe::runtime
