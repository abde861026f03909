// The step that runs: what it is, what it was given, how it ends (semantics.md §7).
#pragma once

#include <functional>

#include "actors/botmaster/build/step_command.hpp"
#include "actors/config/model/part.hpp"

namespace troupe::botmaster {

struct running_step {
  records::step record;
  model::part definition;
  boost::json::value arguments; ///< Rendered, with defaults.
  json notes = boost::json::object{};
  std::vector<growing_log> logs;
  std::optional<step_command> command;
  std::optional<instant> waits_for_locks;                  ///< Since when; it has not begun.
  std::optional<instant> wakes_at;                         ///< When the step, which waits, goes on.
  std::vector<std::pair<std::string, std::int64_t>> files; ///< Blocks under way at the I/O loop.
  std::optional<records::result_code> outcome; ///< Said by the step, while its command still ends.
  std::string done_text;
  std::string suffix; ///< " (timed out)".
  bool interrupted = false;
  bool lost = false;
  TROUPE_FIELDS(record, definition, arguments, notes, logs, command, waits_for_locks, wakes_at,
                files, outcome, done_text, suffix, interrupted, lost)

  using renderer = std::function<result<json>(const json&)>;

  /// Computes its arguments. Its `env` also gets the variables of the builder that it does not set
  /// itself. Refused with the name of the argument that cannot be computed.
  result<void> render_arguments(const std::map<std::string, json>& builder_env,
                                const renderer& render);
  /// A rendered argument; null if there is none of that name.
  const json& argument(std::string_view name) const;
  /// An argument that is text or a list of texts, joined by blanks.
  std::string text(std::string_view name) const;
  /// An argument that is true or false, as Lua takes it.
  bool flag(std::string_view name, bool otherwise) const;

  /// How its result bears on the build.
  records::step_flags flags() const;
  /// The logs, for what is at hand.
  step_logs open_logs(log_bounds bounds, const handling& at) {
    return {logs, record.id, bounds, at};
  }
  /// How long it still waits until it goes on.
  span sleep_left(instant now) const { return std::max(span{0}, span{*wakes_at - now}); }
  /// What the locks call the step.
  std::string lock_part() const;
  /// Takes off a block of a file that is done; false if the step does not wait for it.
  bool take_file(std::string_view token);

  /// Its result when its logic says `results`: a lost worker or an interrupt overrides it.
  records::result_code verdict(records::result_code results) const;
  /// "'make all' (failure)".
  std::string summary(records::result_code results) const;
  /// Whether its text becomes part of the build's.
  bool summarised(records::result_code results) const;
};

/// Builds have at most 1024 steps.
inline step_id id_of_step(build_id build, std::int64_t number) {
  return step_id{build.value * 1024 + number};
}

/// The value as true or false; null is `otherwise`.
bool truth_of(const json& value, bool otherwise);

/// `wanted`, or with a number at its end if `used` has it; at most 50 characters.
std::string unique_step_name(std::map<std::string, std::int64_t>& used, std::string wanted);

} // namespace troupe::botmaster
