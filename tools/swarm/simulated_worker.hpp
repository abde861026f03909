// A simulated worker: what Buildbot's worker 3.7 says and answers over PB (pb.md §7–15), without
// running anything. Pure: bytes in, bytes out; the loop around it owns the socket and the time.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/wire/pb_broker.hpp"

namespace troupe::swarm {

/// What a worker may do that a stock one does not.
enum class byzantine_fault : int {
  none,
  never_ends,      ///< The command hangs.
  deaf,            ///< It takes no notice of an interruption.
  ends_twice,      ///< `complete` comes again.
  talks_after_end, ///< Output comes after `complete`.
  no_rc,           ///< `complete` without an exit code.
  nonsense,        ///< Updates that no command of that kind sends.
  talks_to_nobody, ///< Calls of objects that the master has not sent.
  fails_start,     ///< The call that starts the command fails.
};
constexpr auto names_of(byzantine_fault) {
  return std::array<std::string_view, 9>{"none",       "never_ends",      "deaf",
                                         "ends_twice", "talks_after_end", "no_rc",
                                         "nonsense",   "talks_to_nobody", "fails_start"};
}

/// Begins the names of a worker's objects for builders.
inline constexpr std::string_view builder_key = "builder:";
/// The answer to `setBuilderList`: an object for each builder that is wanted.
wire::jelly own_builders(const wire::broker_call& call);

/// How a command goes. Half of its lines come at once, the others at its end.
struct conduct {
  std::int64_t lines = 10;      ///< Of a shell command.
  std::int64_t line_bytes = 80; ///< With the newline.
  std::int64_t rc = 0;          ///< Of a shell command.
  double seconds = 0;           ///< Until it ends.
  std::string tag;              ///< Begins its lines, with their numbers; empty: plain filling.
  byzantine_fault how = byzantine_fault::none;
};

/// A command that has just begun; times are those of the loop's clock.
struct begun_command {
  double at = 0;
  std::string worker, builder, name;
};

/// Says how commands go, and hears how they went. Commands are known by their tags.
class director {
public:
  virtual ~director() = default;
  virtual conduct begin(const begun_command& what) = 0;
  virtual void said(const conduct&, std::int64_t /*lines*/) {}
  /// `complete` is on its way.
  virtual void ended(const conduct&, std::int64_t /*rc*/) {}
  /// The master has answered it.
  virtual void acknowledged(const std::string& /*tag*/) {}
};

/// Of all workers together.
struct counters {
  std::int64_t connections = 0;
  std::int64_t attached = 0;
  std::int64_t refused = 0; ///< Logins.
  std::int64_t lost = 0;
  std::int64_t builds = 0;
  std::int64_t commands_started = 0;
  std::int64_t commands = 0; ///< Complete, and the master has said so.
  std::int64_t calls_failed = 0;
  std::int64_t bytes_in = 0, bytes_out = 0;
  std::int64_t output_bytes = 0;                ///< Of what commands "printed".
  std::vector<double> attach_seconds;           ///< From the connection to the perspective.
  std::vector<double> first_command_seconds;    ///< From there to the worker's first command.
  std::vector<double> build_to_command_seconds; ///< From `startBuild` to the build's first command.
};

/// How long a worker waits before it connects again, the `tries`th time in a row: as a stock one,
/// less at first.
std::int64_t seconds_before_try(std::int64_t tries);

class simulated_worker {
public:
  simulated_worker(std::string name, std::string password, director& how, counters& count)
    : name_{std::move(name)}, password_{std::move(password)}, how_{how}, count_{count} {}

  /// A new connection, at `now` seconds.
  void connected(double now);
  /// The connection is gone.
  void lost();
  /// Bytes came in; false: the connection must be dropped.
  bool take(std::string_view incoming, double now);
  /// Goes on printing while less than a moderate amount waits to be written, and ends what is over.
  void go_on(double now);
  /// When `go_on` has something to do, if nothing happens before.
  std::optional<double> wakes_at() const;

  /// What waits to be written; the loop takes from its front.
  bytes out;
  /// It was told to shut down, and has said all that it had to say.
  bool wants_to_leave() const { return leaving_ && out.empty(); }
  bool is_attached() const { return attached_at_ > 0; }

private:
  struct command {
    std::string name;
    std::int64_t object = 0;   ///< The master's.
    std::int64_t transfer = 0; ///< Its writer or reader, if there is one.
    conduct how;
    std::int64_t lines_said = 0;
    double began = 0;
    bool interrupted = false;

    double ends_at() const { return began + how.seconds; }
    bool ends() const { return how.how != byzantine_fault::never_ends; }
    bool over(double now) const { return interrupted || (ends() && now >= ends_at()); }
  };

  void ask(std::int64_t object, std::string_view method, std::vector<wire::jelly> args,
           std::string token);
  void answered(const wire::broker_answer& news, double now);
  void called(const wire::broker_call& call, double now);
  wire::jelly bot_called(const wire::broker_call& call);
  void builder_called(const wire::broker_call& call, double now);
  void start(const wire::broker_call& call, double now);
  void update(const command& one, std::string key, wire::jelly value);
  void print_lines(command& one, std::int64_t count);
  void finish(const std::string& id, std::int64_t rc, double now);
  void make_mischief(const command& one);
  void next_transfer(const std::string& id, std::string_view step, const wire::jelly& value,
                     double now);

  std::string name_, password_;
  director& how_;
  counters& count_;
  wire::pb_broker broker_ = wire::pb_broker::connecting();
  std::map<std::string, command> running_; ///< By command id.
  std::map<std::string, double> builds_;   ///< By builder: begun and without a command yet.
  std::map<std::string, std::string> acknowledging_; ///< Tags of what is complete, by object.
  double connected_at_ = 0, attached_at_ = 0;
  bool had_command_ = false;
  bool leaving_ = false;
};

} // namespace troupe::swarm
