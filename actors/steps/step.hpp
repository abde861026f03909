// A step's conduct, without actors: what it asks of its build and how it goes on when an answer
// comes. A step keeps nothing: what it must remember is in `notes`, part of the build's state.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/config/model/component.hpp"
#include "actors/workers/datum.hpp"
#include "storage/json.hpp"
#include "storage/records/results.hpp"

namespace troupe::records {
struct change;
struct patch;
struct sourcestamp;
} // namespace troupe::records

namespace troupe::steps {

/// A command for the worker.
struct command_request {
  std::string name;
  workers::datum args;         ///< A map.
  std::string log = "stdio";   ///< Where its output goes; empty: nowhere.
  bool collect_stdout = false; ///< Keep a copy for the step, at most `collected_bytes_max`.
  bool collect_stderr = false;
  std::map<std::string, std::string> logfiles; ///< Their logs are made at once unless `lazy`.
  bool lazy_logfiles = false;
  TROUPE_FIELDS(name, args, log, collect_stdout, collect_stderr, logfiles, lazy_logfiles)
  static void troupe_history(field_history& past) {
    // Values had the form of PB. Stored states never held arguments.
    past.retyped("args", [](const bytes&) { return workers::datum{}; });
  }
};

inline constexpr std::size_t collected_bytes_max = 1 << 20;

/// How it ended.
struct command_outcome {
  std::optional<std::int64_t> rc;
  bool failed = false; ///< It could not run or broke off; `failure` says why.
  std::string failure;
  std::string failure_reason; ///< "timeout", "timeout_without_output", "max_lines_failure".
  bool interrupted = false;
  std::string out, err;                          ///< As collected.
  std::map<std::string, workers::datum> updates; ///< Other keys, the last value of each.
  TROUPE_FIELDS(rc, failed, failure, failure_reason, interrupted, out, err, updates)
  static void troupe_history(field_history& past) {
    // Values had the form of PB; a command does not outlive the program that began it.
    past.retyped("updates", [](const std::map<std::string, bytes>&) {
      return std::map<std::string, workers::datum>{};
    });
  }

  bool good() const { return rc && *rc == 0 && !failed; }
};

/// A call of the worker on this command's writer or reader.
struct transfer_request {
  workers::transfer_object object = workers::transfer_object::reader;
  workers::transfer_method method = workers::transfer_method::other;
  std::int64_t request = 0;
  std::vector<workers::datum> args;
};

/// What happened to a block of a file at the I/O loop.
struct file_outcome {
  bool ok = false;
  std::string message;
  bytes data;
};

/// A file of the master, to read or write a block of.
struct file_request {
  enum class act { read, write, close, discard } what = act::read;
  std::string path;
  std::int64_t offset = 0;
  std::int64_t size = 0; ///< To read.
  bytes data;            ///< To write.
  std::optional<std::int64_t> mode;
  std::optional<std::pair<double, double>> times; ///< Access, modification.
};

class step_host {
public:
  /// The step's arguments, rendered, with the defaults of its class.
  virtual const json& argument(std::string_view name) const = 0;
  virtual boost::json::object& notes() = 0;

  virtual void run(command_request what) = 0;
  virtual void interrupt_command(std::string why) = 0;
  virtual void file(file_request what) = 0;
  virtual void answer_transfer(std::int64_t request, workers::datum value) = 0;
  /// The step hears `woken` then.
  virtual void wake_after(span time) = 0;
  virtual void finish(records::result_code results) = 0;

  /// Calls the function given as an argument; throws `failed` if it fails.
  virtual json call_function(std::string_view argument, std::vector<json> values) = 0;
  virtual json property(std::string_view name) const = 0;
  virtual void set_property(std::string name, json value, std::string source) = 0;
  virtual void add_log(std::string name, std::string text) = 0;
  /// A line in the header channel of the log named "stdio".
  virtual void say(std::string text) = 0;
  /// In place of the description that the step was given.
  virtual void describe_done(std::string text) = 0;

  /// The worker's version of a command as numbers, empty if it does not have it.
  virtual std::vector<std::int64_t> command_version(std::string_view name) const = 0;
  virtual bool worker_is_windows() const = 0;
  virtual std::string workdir() const = 0;
  virtual const std::vector<records::sourcestamp>& stamps() const = 0;
  virtual const std::vector<records::change>& changes() const = 0;
  virtual const std::optional<records::patch>& patch() const = 0;

protected:
  ~step_host() = default;
};

class step_logic : public model::component_role {
public:
  virtual void begin(step_host&) const = 0;
  virtual void command_done(step_host&, const command_outcome&) const;
  virtual void transfer(step_host&, const transfer_request&) const;
  virtual void file_done(step_host&, const file_outcome&) const;
  virtual void woken(step_host&) const;
  /// The result is known. True if it has begun a last command, to tidy up on the worker; is asked
  /// again after it. What comes of that changes the result no more.
  virtual bool leave(step_host&) const;
};

/// The conduct of steps of that class; null if there is no such class.
const step_logic* find_step(std::string_view class_name);
/// Every argument of a class of steps with its default; empty if there is no such class.
const boost::json::object& step_defaults(std::string_view class_name);

// -- shared by several steps ----------------------------------------------------------------------

/// JSON as the worker takes it.
workers::datum to_datum(const json& value);
/// Text of a rendered argument, or `on_abort`.
std::string text_of(const json& value, std::string otherwise = {});
/// A rendered argument that is true or false.
bool flag(const step_host& host, std::string_view name, bool otherwise = false);
/// The arguments of a `shell` command for `command`, from the step's own arguments (§12.2).
workers::datum shell_command_arguments(step_host& host, const json& command);
/// What an exit code means: decodeRC, else 0 is success and the rest failure.
records::result_code decode_rc(const step_host& host, const command_outcome& outcome);
bool at_least(const std::vector<std::int64_t>& version, std::int64_t major, std::int64_t minor);

} // namespace troupe::steps
