// TRANSCRIBER: makes a recording from a journal. It replays the services and observes the messages
// of those at the edge: attached workers, change sources, the shell. It reads messages rather than
// bytes, so it understands connections that are older than the journal.
#pragma once

#include "actors/debug/protocol.hpp"
#include "runtime/io/files.hpp"
#include "runtime/replay/replay.hpp"
#include "runtime/wire/pb_broker.hpp"
#include "tools/players/recording.hpp"
#include "tools/players/seen_configuration.hpp"

namespace troupe::players {

class transcriber {
public:
  explicit transcriber(const runtime::kind_registry& kinds) : kinds_{kinds}, again_{kinds, false} {}

  /// Records are missing here, or another run of the master begins.
  void break_off();
  /// The next record.
  void feed(runtime::record_kind kind, const runtime::record_head& head, std::string_view body);
  /// Called once.
  recording finish();

private:
  /// A worker's connection.
  struct attached {
    std::string worker;
    std::map<std::string, std::size_t> running; ///< Index in the recording, by command id.
  };

  void on_seat(const runtime::record_head& head);
  void on_event(const runtime::record_head& head, std::string_view body);
  void on_worker(attached& at, const runtime::any_message& what);
  void on_call(attached& at, const wire::broker_call& call);
  void on_files(const std::string& path, const runtime::any_message& taken);
  void on_change_source(const std::string& path, const runtime::any_message& what);
  void on_shell(const runtime::record_head& head, std::string_view body);
  void on_line(const std::string& line);
  attached& attachment(const std::string& path, const runtime::cell_copy::seated& what);
  void cut_off(const attached& at);
  void leave(const std::string& path, bool by_itself);
  void close_setting();

  const runtime::kind_registry& kinds_;
  runtime::replay again_;
  recording made_;
  std::optional<instant> began_;
  span now_{};
  span setting_at_{};     ///< Beginning of the current configuration.
  bool changing_ = false; ///< A reconfiguration is under way.
  seen_configuration seen_;
  std::map<std::string, attached, std::less<>> attached_; ///< By path of the connection.
  std::map<std::int64_t, debug::line_reader> shells_;     ///< By connection.
  /// Requested blocks of files, by the build's path and its token.
  std::map<std::pair<std::string, std::string>, io::read_block> reading_;
};

} // namespace troupe::players
