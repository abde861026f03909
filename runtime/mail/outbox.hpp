// Everything that an event says. It is kept until the handler has returned, then all of it leaves;
// if the handler throws, nothing does.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/mail/address.hpp"
#include "runtime/supervision/child_spec.hpp"

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

  std::uint64_t event = 0; ///< In which it was said; 0 if nobody records.
  bool by_value = false;   ///< That event cannot be played from the record.
  /// When the event was taken up: reminders count from it.
  std::chrono::steady_clock::time_point began;
};

/// Calls `each(verb, target, content)` for all that is not a message to a cell of the tree: such
/// messages are recorded where they are taken. `scratch` holds the contents, one after the other.
template <class F>
void each_effect(const outbox& of, bytes& scratch, const F& each) {
  auto one = [&](std::string_view verb, std::string_view target, const auto& put) {
    scratch.clear();
    put();
    each(verb, target, std::string_view{scratch});
  };
  auto nothing = [] {};
  // Clang's lambdas do not see what a structured binding names.
  for (const auto& said : of.said)
    if (said.first.path().starts_with("//")) // the I/O loop and its like
      one("tell", said.first.path(), [&] { to_stored(said.second, scratch); });
  for (const auto& command : of.commanded)
    one("control", command.first, [&] { to_stored(command.second, scratch); });
  for (const auto& spec : of.to_start)
    one("start_child", spec.name, [&] { put_value(ops_of<child_spec>(), scratch, &spec); });
  for (const auto& name : of.to_stop)
    one("stop_child", name, nothing);
  if (of.ready)
    one("ready", "", nothing);
  if (of.prepared)
    one("prepared", *of.prepared, nothing);
  if (of.finishing)
    one("finish", of.finish_reason, nothing);
}

} // namespace troupe::runtime
