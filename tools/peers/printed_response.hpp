// PRINTED RESPONSE: a command of which only the amount of output, the duration and the exit code
// are given. It may commit byzantine faults: what no stock worker does.
#pragma once

#include <array>
#include <string>

#include "tools/peers/response.hpp"

namespace troupe::peers {

enum class byzantine_fault : int {
  none,
  never_ends,      ///< The command hangs.
  deaf,            ///< It ignores interruptions.
  ends_twice,      ///< `complete` is called again.
  talks_after_end, ///< Output follows `complete`.
  no_rc,           ///< `complete` without an exit code.
  nonsense,        ///< Updates that no command of that kind sends.
  talks_to_nobody, ///< Calls to objects that the master has not sent.
  fails_start,     ///< The call that starts the command fails.
};
constexpr auto names_of(byzantine_fault) {
  return std::array<std::string_view, 9>{"none",       "never_ends",      "deaf",
                                         "ends_twice", "talks_after_end", "no_rc",
                                         "nonsense",   "talks_to_nobody", "fails_start"};
}

/// Half of the lines are printed at once, the others at the end.
struct conduct {
  std::int64_t lines = 10;
  std::int64_t line_bytes = 80; ///< With the newline.
  std::int64_t rc = 0;
  double seconds = 0; ///< Until it ends.
  std::string tag;    ///< Begins its lines, with their numbers; empty: plain filling.
  byzantine_fault how = byzantine_fault::none;
};

/// Learns what responses have printed. They are known by their tags.
class print_listener {
public:
  virtual ~print_listener() = default;
  /// `lines` in all; `bytes` more.
  virtual void printed(const conduct&, std::int64_t /*lines*/, std::int64_t /*bytes*/) {}
  /// `complete` is about to be called.
  virtual void ended(const conduct&, std::int64_t /*rc*/) {}
};

class printed_response final : public response {
public:
  printed_response(command what, conduct how, print_listener& listener)
    : response{std::move(what)}, how_{std::move(how)}, listener_{listener} {}

  void begin() override;
  std::optional<span> due() const override;
  progress advance(span now) override;
  void finish(span now) override;
  bool interrupt() override;

private:
  double ends_at() const;
  bool is_over(span now) const;
  void print_lines(std::int64_t count);

  conduct how_;
  print_listener& listener_;
  std::int64_t lines_printed_ = 0;
  bool interrupted_ = false;
};

} // namespace troupe::peers
