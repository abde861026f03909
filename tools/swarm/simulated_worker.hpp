// A simulated worker: what Buildbot's worker 3.7 says and answers over PB (pb.md §7–15), without
// running anything. Pure: bytes in, bytes out; the loop around it owns the socket and the time.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/wire/pb_broker.hpp"

namespace troupe::swarm {

/// What shell commands print, and how they end.
struct behaviour {
  std::int64_t lines = 10;
  std::int64_t line_bytes = 80; ///< With the newline.
  std::int64_t rc = 0;
  bool trace = false; ///< Notes each command as it begins.
};

/// A command that has just begun; times are those of the monotonic clock.
struct begun_command {
  double at = 0;
  std::string worker, builder, name;
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
  std::int64_t output_bytes = 0; ///< Of what commands "printed".
  std::vector<double> attach_seconds;         ///< From the connection to the perspective.
  std::vector<double> first_command_seconds;  ///< From there to the worker's first command.
  std::vector<double> build_to_command_seconds; ///< From `startBuild` to the build's first command.
  std::vector<begun_command> begun; ///< With `trace`; the loop takes them away.
};

class simulated_worker {
public:
  simulated_worker(std::string name, std::string password, const behaviour& how, counters& count)
    : name_{std::move(name)}, password_{std::move(password)}, how_{how}, count_{count} {}

  /// A new connection, at `now` seconds.
  void connected(double now);
  /// The connection is gone.
  void lost();
  /// Bytes came in; false: the connection must be dropped.
  bool take(std::string_view incoming, double now);
  /// Goes on printing while less than a moderate amount waits to be written.
  void go_on(double now);

  /// What waits to be written; the loop takes from its front.
  bytes out;
  bool is_attached() const { return attached_at_ > 0; }

private:
  struct command {
    std::string name;
    std::int64_t object = 0; ///< The master's.
    std::int64_t transfer = 0; ///< Its writer or reader, if there is one.
    std::int64_t lines_left = 0;
    double began = 0;
    bool interrupted = false;
  };

  void ask(std::int64_t object, std::string_view method, std::vector<wire::jelly> args,
           std::string token);
  void answered(const wire::broker_answer& news, double now);
  void called(const wire::broker_call& call, double now);
  wire::jelly bot_called(const wire::broker_call& call);
  void builder_called(const wire::broker_call& call, double now);
  void start(const wire::broker_call& call, double now);
  void update(const command& one, std::string key, wire::jelly value);
  void finish(const std::string& id, std::int64_t rc, double now);
  void next_transfer(const std::string& id, std::string_view step, const wire::jelly& value,
                     double now);

  std::string name_, password_;
  const behaviour& how_;
  counters& count_;
  wire::pb_broker broker_ = wire::pb_broker::connecting();
  std::map<std::string, command> running_;       ///< By command id.
  std::map<std::string, double> builds_;         ///< By builder: begun and without a command yet.
  double connected_at_ = 0, attached_at_ = 0;
  bool had_command_ = false;
  bool leaving_ = false;
};

} // namespace troupe::swarm
