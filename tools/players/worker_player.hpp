// WORKER PLAYER: a worker that says what a recorded one said. It answers everything that a stock
// worker answers; asked for a command it plays the recorded one that fits, with its delays. Pure:
// bytes in, bytes out, time given.
#pragma once

#include "tools/players/pb_player.hpp"
#include "tools/players/recorded_responses.hpp"

namespace troupe::players {

/// Of all workers together.
struct worker_tally {
  std::int64_t attached = 0;             ///< Times.
  std::int64_t refused = 0;              ///< Logins.
  std::int64_t builds = 0;               ///< Begun.
  std::int64_t commands = 0;             ///< Begun.
  std::int64_t completed = 0;            ///< Commands, and the master has answered it.
  std::int64_t nearest = 0, unknown = 0; ///< Commands, by how well what was recorded fits.
  std::int64_t interrupted = 0;
  std::int64_t calls_failed = 0;
  std::string refusal; ///< The last one's words.
  TROUPE_FIELDS(attached, refused, builds, commands, completed, nearest, unknown, interrupted,
                calls_failed, refusal)
};

class worker_player final : public pb_player {
public:
  struct role {
    std::string name, password;
    wire::jelly info; ///< As recorded; none: a plain one.
    double speed = 1; ///< Delays are divided by it.
  };
  worker_player(role what, const recorded_responses& from, worker_tally& count);

  void connected(span now) override;
  void lost(span now) override;
  bool take(std::string_view came, span now) override;
  bool wake(span now) override;
  std::optional<span> wakes_at() const override;

  const std::string& name() const { return role_.name; }
  bool attached() const { return attached_; }
  bool is_busy() const { return !running_.empty(); }
  /// The master told it to end; once.
  bool told_to_end() { return std::exchange(shut_down_, false); }

private:
  struct performance {
    std::string builder, name;
    const recorded_command* how = nullptr;
    std::int64_t command = 0, transfer = 0; ///< The master's objects.
    span began{};
    std::size_t next = 0;    ///< Of its calls.
    bool waits = false;      ///< A call of the transfer has no answer.
    bool reads_more = false; ///< What was read last was not the end.
    bool closed = false;     ///< The transfer.
    bool interrupted = false;
  };

  bool admitted(const wire::jelly& perspective, span now) override;
  void refused(const std::string& message, span now) override;
  bool called(const wire::broker_call& call, span now) override;
  bool answered(const std::string& token, const wire::jelly& value, span now) override;
  bool failed(const std::string& token, const std::string& message, span now) override;

  wire::jelly bot_called(const wire::broker_call& call);
  void start(const std::string& builder, const wire::broker_call& call, span now);
  void interrupt(const std::string& builder);
  void go_on(span now);
  bool play_next(const std::string& id, performance& one, span now);
  void call_transfer(const std::string& id, performance& one, const std::string& method,
                     std::vector<wire::jelly> args);
  bool break_off(const std::string& id, performance& one);
  void update(const performance& one, std::string key, wire::jelly value);
  void complete(const performance& one, wire::jelly failure);
  span due(const performance& one) const;

  role role_;
  const recorded_responses& from_;
  worker_tally& count_;
  recorded_responses::places places_;
  std::map<std::string, performance> running_; ///< By command id.
  bool attached_ = false, shut_down_ = false, leaving_ = false;
};

} // namespace troupe::players
