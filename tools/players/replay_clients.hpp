// REPLAY CLIENTS: the workers and clients of a recording, in all copies, over some transport: the
// simulated network, or sockets. They follow the timeline, reconnect, and keep count.
#pragma once

#include <functional>
#include <memory>

#include "tools/peers/change_client.hpp"
#include "tools/peers/shell_client.hpp"
#include "tools/players/recorded_responses.hpp"
#include "tools/players/timeline.hpp"

namespace troupe::players {

/// What replay clients must know of their master.
class master_probe {
public:
  virtual ~master_probe() = default;
  /// "BUILDER/NUMBER" of a running build.
  virtual std::optional<std::string> running_build(const std::string& builder) = 0;
  /// The number of a request that is not complete.
  virtual std::optional<std::string> open_request() = 0;
  /// Whether the service at `path` may be made to fail now.
  virtual bool may_fail(const std::string& path) = 0;
  /// Whether the master should let the worker in.
  virtual bool expects(const std::string& worker) = 0;
  virtual void reconfigure(std::size_t setting) = 0;
  virtual void acknowledged(const wire::jelly& change) = 0;
};

struct credentials {
  std::map<std::string, std::string> workers;    ///< Passwords by name, with the copies'.
  std::map<std::string, peers::account> sources; ///< By name of the change source.
  bool any_source = false; ///< Stands for a source that has no account: any other.
};

struct replay_tally {
  peers::worker_tally workers;
  std::int64_t changes = 0, changes_acknowledged = 0, changes_refused = 0, changes_unanswered = 0;
  std::int64_t commands = 0, commands_done = 0, commands_refused = 0, commands_unanswered = 0;
  std::int64_t commands_without_object = 0; ///< There was no build to stop, no request to cancel.
  std::int64_t commands_withheld = 0;       ///< Failures beyond what supervision tolerates.
  std::int64_t failures = 0;                ///< Injected by recorded commands.
  std::int64_t reconfigurations = 0;
  std::set<std::string> left_out_workers; ///< They have no credentials.
  std::set<std::string> refusals;         ///< Messages of some.
};

class replay_clients {
public:
  replay_clients(const recording& of, const timeline_options& how, credentials who,
                 peers::transport& at, master_probe& master);
  ~replay_clients();

  /// Plays the events that are due; workers reconnect.
  void act(span now);
  std::optional<span> next_due() const;
  bool all_played() const { return next_event_ >= timeline_.size(); }
  /// Lets all work end: workers return, and what was paused or suspended goes on. Clients without
  /// an answer give up after a while.
  void quiesce(span now);
  /// Every worker is attached, and no client waits.
  bool is_quiet() const;

  /// Sends a command to the shell; `report` may be nothing.
  void type(std::vector<std::string> command, peers::shell_client::listener report);

  const replay_tally& count() const { return count_; }
  std::size_t events_played() const { return next_event_; }
  std::size_t events() const { return timeline_.size(); }
  std::int64_t busy_workers() const;
  /// Of those that are expected.
  std::vector<std::string> absent_workers() const;

private:
  struct replayed_worker {
    replayed_worker(const recorded_worker& from, peers::account who, double speed,
                    const recorded_responses& responses, peers::worker_tally& count)
      : strategy{from.info, speed, responses, count}, peer{std::move(who), strategy, count} {}

    recorded_strategy strategy;
    peers::worker peer;
    std::string recorded;
    std::int64_t copy = 1;
    bool present = false; ///< It connects when it is not connected.
    span connects_at{};
    std::int64_t tries = 0;
  };

  void play(const scheduled_event& what, span now);
  void send_change(const recorded_change& what, std::int64_t copy);
  void send_line(const recorded_line& what, std::int64_t copy);
  std::optional<std::vector<std::string>> command_for(const recorded_line& what, std::int64_t copy);
  void note_pauses(const std::vector<std::string>& command);
  void note_refusal(const std::string& message);
  void connect_due(span now);
  void enter(std::unique_ptr<peers::peer> who, peers::port where);
  replayed_worker* find(const std::string& recorded, std::int64_t copy);
  const peers::account* account_of(const std::string& source) const;

  const recording& of_;
  credentials credentials_;
  peers::transport& transport_;
  master_probe& master_;
  recorded_responses responses_;
  std::vector<scheduled_event> timeline_;
  std::size_t next_event_ = 0;
  span now_{};
  replay_tally count_;
  std::vector<std::unique_ptr<replayed_worker>> workers_;
  struct client {
    std::unique_ptr<peers::peer> peer;
    span since{};
  };
  std::vector<client> clients_;
  std::set<std::string> paused_, suspended_; ///< Workers; paths.
};

} // namespace troupe::players
