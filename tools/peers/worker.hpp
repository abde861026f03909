// WORKER: a Buildbot worker that runs nothing. It answers all that a stock worker answers; its
// strategy decides how it responds to commands: fixed (tools/swarm), seeded (tools/sim) or
// recorded (tools/players).
#pragma once

#include <map>
#include <memory>

#include "tools/peers/response.hpp"
#include "tools/peers/stock_worker.hpp"

namespace troupe::peers {

class strategy {
public:
  virtual ~strategy() = default;
  /// The answer to `getWorkerInfo`.
  virtual wire::jelly info(const std::string& worker) const;
  /// Null: the call that starts the command fails.
  virtual std::unique_ptr<response> respond(const command& what, const wire::jelly& args) = 0;
  virtual void attached(span /*now*/) {}
  virtual void build_started(const std::string& /*builder*/, span /*now*/) {}
};

/// Of all workers together.
struct worker_tally {
  std::int64_t attached = 0;             ///< Times.
  std::int64_t refused = 0;              ///< Logins.
  std::int64_t builds = 0;               ///< Begun.
  std::int64_t commands = 0;             ///< Begun.
  std::int64_t completed = 0;            ///< Commands whose end the master has confirmed.
  std::int64_t nearest = 0, unknown = 0; ///< Commands, by how well a recorded response fits.
  std::int64_t interrupted = 0;
  std::int64_t calls_failed = 0;
  std::string refusal; ///< The last one's message.
  TROUPE_FIELDS(attached, refused, builds, commands, completed, nearest, unknown, interrupted,
                calls_failed, refusal)
};

/// How long a worker waits before it connects again, the `tries`th time in a row: as a stock one,
/// less at first.
std::chrono::seconds wait_before_try(std::int64_t tries);

class worker : public pb_peer {
public:
  worker(account who, strategy& how, worker_tally& count)
    : pb_peer{std::move(who), wire::jelly::own("bot")}, how_{how}, count_{count} {}

  void connected(span now) override;
  void lost(span now) override;
  bool take(std::string_view came, span now) override;
  bool wake(span now) override;
  std::optional<span> wakes_at() const override;

  const std::string& name() const { return who().user; }
  bool is_attached() const { return attached_; }
  bool is_busy() const { return !running_.empty(); }
  /// Whether the master has told it to shut down since this was asked last.
  bool was_shut_down() { return std::exchange(shut_down_, false); }

private:
  bool admitted(const wire::jelly& perspective, span now) override;
  void refused(const std::string& message, span now) override;
  bool called(const wire::broker_call& call, span now) override;
  bool answered(const std::string& token, const wire::jelly& value, span now) override;
  bool failed(const std::string& token, const std::string& message, span now) override;

  wire::jelly bot_called(const wire::broker_call& call);
  void start(const std::string& builder, const wire::broker_call& call, span now);
  void interrupt(const std::string& builder);
  void advance(span now);
  /// The response whose transfer a call with this token belongs to.
  response* transferring(const std::string& token);

  strategy& how_;
  worker_tally& count_;
  std::map<std::string, std::unique_ptr<response>> running_; ///< By command id.
  bool attached_ = false, shut_down_ = false, leaving_ = false;
};

} // namespace troupe::peers
