// What the end of the shell in the master knows: who is connected, which answers are awaited.
#pragma once

#include <map>
#include <string>

#include "actors/debug/protocol.hpp"
#include "runtime/journal/settings.hpp"
#include "storage/records/ids.hpp"

namespace troupe::debug {

// -- to itself -----------------------------------------------------------------------------------

struct question_overdue {
  std::string token;
  TROUPE_FIELDS(token)
};
/// Time to look whether a log that is followed has grown.
struct follow_due {
  std::string stream;
  TROUPE_FIELDS(stream)
};

struct debug_config {
  std::string socket_path;
  std::int64_t own_uid = -1; ///< Of the process, which is also the socket's owner.
  std::string version;       ///< Of the program, for `status`.
  runtime::journal_settings journal;
  TROUPE_FIELDS(socket_path, own_uid, version, journal)
};

/// A request that waits for a message with its token.
struct question {
  std::int64_t connection = 0;
  std::int64_t id = 0;
  std::string path; ///< Who was asked; empty: nobody in particular.
  instant deadline;
  std::string command; ///< Which makes the answer.
  TROUPE_FIELDS(connection, id, path, deadline, command)
};
struct event_stream {
  std::int64_t connection = 0;
  std::int64_t id = 0;
  std::string prefix;
  TROUPE_FIELDS(connection, id, prefix)
};
struct log_stream {
  std::int64_t connection = 0;
  std::int64_t id = 0;
  log_id log;
  bool follow = false;
  std::int64_t next_line = 0;
  std::int64_t pages = pages_ahead_max; ///< That the peer is ready to take.
  TROUPE_FIELDS(connection, id, log, follow, next_line, pages)
};

struct shell_peer {
  std::string name;
  line_reader incoming;
  TROUPE_FIELDS(name, incoming)
};

/// Of a field that once held something else.
struct left_behind {
  TROUPE_FIELDS()
};

struct debug_state {
  bool listening = false;
  std::map<std::int64_t, shell_peer> peers;    ///< By connection.
  std::map<std::string, question> questions;   ///< By token.
  std::map<std::string, json> inquiries;       ///< By token: what the command needs to go on.
  std::map<std::string, event_stream> watches; ///< By "connection:id", as are logs.
  std::map<std::string, log_stream> logs;
  std::int64_t next_token = 1;
  std::int64_t requests = 0;
  std::int64_t turned_away = 0;
  act_id next_act; ///< 0: not asked of the store yet.
  TROUPE_FIELDS(listening, peers, questions, inquiries, watches, logs, next_token, requests,
                turned_away, next_act)
  static void troupe_history(field_history& past) {
    past.retyped("inquiries", [](const std::map<std::string, left_behind>&) {
      return std::map<std::string, json>{}; // who asks `why` asks again
    });
  }
};

} // namespace troupe::debug
