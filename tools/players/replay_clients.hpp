// COMPANY: all players of a recording together, on some stage: a simulated network, or sockets. It
// gives them their cues, has workers come again that were cut off, and keeps count.
#pragma once

#include <functional>
#include <memory>

#include "tools/players/change_player.hpp"
#include "tools/players/timeline.hpp"
#include "tools/players/worker_player.hpp"
#include "tools/sim/clients.hpp"

namespace troupe::players {

/// What is between players and their master.
class transport {
public:
  virtual ~transport() = default;
  /// False: nobody listens there.
  virtual bool connect(sim::peer& who, sim::door where) = 0;
  virtual bool is_connected(const sim::peer& who) const = 0;
  virtual void cut(sim::peer& who) = 0;
};

/// What players must know of the master that they play to.
class master_probe {
public:
  virtual ~master_probe() = default;
  /// "BUILDER/NUMBER" of a build that runs, if there is one.
  virtual std::optional<std::string> running_build(const std::string& builder) = 0;
  /// Number of a request that is not complete.
  virtual std::optional<std::string> open_request() = 0;
  /// Whether the service at `path` may be made to fail now.
  virtual bool may_fail(const std::string& path) = 0;
  /// Whether a worker of that name may come in now; others are not missed.
  virtual bool expects(const std::string& worker) = 0;
  virtual void reconfigure(std::size_t setting) = 0;
  virtual void acknowledged(const wire::jelly& change) = 0;
};

struct login {
  std::string user, password;
};

/// Who may come in, by recorded name.
struct credentials {
  /// Names, copies' too, to passwords; others stay out.
  std::map<std::string, std::string> workers;
  std::map<std::string, login> sources; ///< By name of the change source.
  bool all_sources = false;             ///< A source that is not there: whichever is.
};

struct company_tally {
  worker_tally workers;
  std::int64_t changes = 0, changes_acknowledged = 0, changes_refused = 0, changes_unanswered = 0;
  std::int64_t commands = 0, commands_done = 0, commands_refused = 0, commands_unanswered = 0;
  std::int64_t commands_without_object = 0; ///< There was no build to stop, no request to cancel.
  std::int64_t commands_withheld = 0;       ///< Failures that supervision would not have borne.
  std::int64_t failures = 0;                ///< That recorded commands asked for.
  std::int64_t reconfigurations = 0;
  std::set<std::string> left_out_workers; ///< Nobody by that name may come in.
  std::set<std::string> refusals;         ///< Words, of some.
};

class replay_clients {
public:
  replay_clients(const recording& of, const score_options& how, credentials who, transport& at,
                 master_probe& by);
  ~replay_clients();

  /// All cues that are due; whoever has to come comes.
  void act(span now);
  std::optional<span> next_due() const;
  bool all_played() const { return next_cue_ >= score_.size(); }
  /// Nobody is away, and what was paused or suspended goes on: what can end shall end. Clients that
  /// were not answered for a long time leave.
  void let_all_end(span now);
  /// Every worker is there, and no client waits.
  bool is_quiet() const;

  /// A line for the shell; `report` may be nothing.
  void type(std::vector<std::string> arguments, sim::shell_client::listener report);

  const company_tally& count() const { return count_; }
  std::size_t cues_played() const { return next_cue_; }
  std::size_t scheduled_events() const { return score_.size(); }
  std::int64_t busy_workers() const;
  /// Of those that are expected.
  std::vector<std::string> absent_workers() const;

private:
  struct member {
    std::string recorded;
    std::int64_t copy = 1;
    std::unique_ptr<worker_player> who;
    bool present = false;
    span comes_at{};
    std::int64_t tries = 0;
  };

  void play(const scheduled_event& what, span now);
  void bring_change(const recorded_change& what, std::int64_t copy);
  void say_line(const recorded_line& what, std::int64_t copy);
  std::optional<std::vector<std::string>> words_for(const recorded_line& what, std::int64_t copy);
  void note_steering(const std::vector<std::string>& arguments);
  void connect_due(span now);
  void enter(std::unique_ptr<sim::peer> who, sim::door where);
  member* find(const std::string& recorded, std::int64_t copy);
  const login* source_login(const std::string& name) const;

  const recording& of_;
  score_options how_;
  credentials cast_;
  transport& at_;
  master_probe& by_;
  recorded_responses pieces_;
  std::vector<scheduled_event> score_;
  std::size_t next_cue_ = 0;
  span now_{};
  company_tally count_;
  std::vector<member> members_;
  struct client {
    std::unique_ptr<sim::peer> who;
    span since{};
  };
  std::vector<client> clients_;
  std::set<std::string> paused_, suspended_; ///< Workers; paths.
};

} // namespace troupe::players
