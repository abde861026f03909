// The breakpoints and watches of a replay that is debugged.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/replay/breakpoint.hpp"

namespace troupe::runtime {

/// The services whose fields are watched.
class visible_states {
public:
  /// Those that are known.
  virtual std::vector<std::string> paths() const = 0;
  /// Nothing if there is no such service, or it is not known.
  virtual std::optional<json> state_of(const std::string& path) const = 0;

protected:
  ~visible_states() = default;
};

class stop_conditions {
public:
  /// Gives it a number.
  const breakpoint& add(breakpoint one);
  /// False if there is none of that number.
  bool remove(std::int64_t number);
  const std::vector<breakpoint>& all() const noexcept { return all_; }

  /// The breakpoint at an event of `cell` that comes, if there is one: its number. `fields` gives
  /// those of the event's message.
  std::optional<std::int64_t> reached(std::string_view cell, std::string_view doing,
                                      const std::function<json()>& fields);
  /// Watched fields are compared with what they are now.
  void watch_from(const visible_states& now);
  /// What the last event, of `cell`, has changed of what is watched.
  std::optional<field_change> changed(const std::string& cell, const visible_states& now);

private:
  std::vector<breakpoint> all_;
  std::int64_t next_number_ = 1;
  watched_fields watched_;
};

} // namespace troupe::runtime
