// Answers that go on: what happens in the master, and the content of logs.
#pragma once

#include "actors/debug/debug_state.hpp"
#include "actors/status/events.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::debug {

/// Sends a line to a peer, with the secrets in it masked.
void write_line(runtime::context& cell, std::int64_t connection, std::string line);

/// The streams that are open. Made for one message: what they are is in the state.
class streams {
public:
  streams(debug_state& is, runtime::context& cell) : is_{is}, cell_{cell} {}

  shell::outcome watch(const shell::call& by);
  shell::outcome follow_log(const shell::call& by);
  /// The peer is ready for another page.
  shell::outcome more(const shell::call& by);
  shell::outcome end(const shell::call& by);

  void take(const status::event& news);
  /// `/status` has forgotten its subscribers.
  void resubscribe();
  void send_pages(const std::string& key);
  void drop_peer(std::int64_t connection);
  std::int64_t open(std::int64_t connection) const;

private:
  void subscribe();
  void close(const std::string& key);

  debug_state& is_;
  runtime::context& cell_;
};

} // namespace troupe::debug
