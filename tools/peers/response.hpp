// RESPONSE: how a worker answers one command of its master: what it calls, and when. The worker
// calls `advance` until nothing is due, and `finish` once the response has ended.
#pragma once

#include "tools/peers/pb_peer.hpp"

namespace troupe::peers {

/// A command that the master has started.
struct command {
  std::string worker, builder, name;
  std::int64_t object = 0;   ///< The master's, for updates and the end.
  std::int64_t transfer = 0; ///< The master's writer or reader; 0: it transfers no file.
  span began{};
};

class response {
public:
  enum class progress : int { waits, called, ended };

  virtual ~response() = default;

  /// Right after the start of the command was confirmed.
  virtual void begin() {}
  /// None: it waits for an answer of the master, or for ever.
  virtual std::optional<span> due() const = 0;
  /// Makes the next call that is due.
  virtual progress advance(span now) = 0;
  virtual void finish(span now) = 0;
  /// False: the command ignores the interruption.
  virtual bool interrupt() = 0;
  /// The call of the transfer was answered, or failed.
  virtual void transfer_answered(const wire::jelly&) {}
  virtual void transfer_failed() {}

  const command& of() const { return command_; }
  /// For calls of the transfer: the key under which the worker keeps the command.
  void attach(pb_peer& connection, std::string id) {
    connection_ = &connection;
    id_ = std::move(id);
  }

protected:
  explicit response(command what) : command_{std::move(what)} {}

  /// Calls the command's object.
  void call(std::string_view method, std::vector<wire::jelly> args);
  void update(std::string key, wire::jelly value);
  /// The command has ended; its transfer too.
  void complete(wire::jelly failure);
  /// False: the master has taken the object back.
  bool call_transfer(std::string_view method, std::vector<wire::jelly> args);

private:
  command command_;
  std::string id_;
  pb_peer* connection_ = nullptr;
};

/// The arguments of an `update` with one key.
std::vector<wire::jelly> update_of(std::string key, wire::jelly value);

} // namespace troupe::peers
