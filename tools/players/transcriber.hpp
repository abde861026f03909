// TRANSCRIBER: makes a recording of a journal's records. It plays the services again and listens to
// what those at the edge took: each attached worker, each change source, the shell. So it reads
// messages rather than bytes, and a connection that was there before the record begins is
// understood as well.
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

  /// Something is missing before the next record, or another run begins.
  void break_off();
  /// The next record.
  void feed(runtime::record_kind kind, const runtime::record_head& head, std::string_view body);
  /// What was heard; once.
  recording finish();

private:
  /// What is known of a connection while it lasts.
  struct attached {
    std::string worker;
    std::map<std::string, std::size_t> running; ///< Command id to its place in the recording.
  };

  void hear_seat(const runtime::record_head& head);
  void hear_turn(const runtime::record_head& head, std::string_view body);
  void hear_worker(attached& at, const runtime::any_message& what);
  void hear_call(attached& at, const wire::broker_call& call);
  void hear_files(const std::string& path, const runtime::any_message& taken);
  void hear_source(const std::string& path, const runtime::any_message& what);
  void hear_shell(const runtime::record_head& head, std::string_view body);
  void hear_line(const std::string& line);
  attached& attachment(const std::string& path, const runtime::cell_copy::seated& what);
  void cut_off(const attached& at);
  void leave(const std::string& path, bool by_itself);
  void close_setting();

  const runtime::kind_registry& kinds_;
  runtime::replay again_;
  recording made_;
  std::optional<instant> began_;
  span now_{};
  span setting_at_{};     ///< Since when the configuration that is being seen was in force.
  bool changing_ = false; ///< A reconfiguration is under way.
  seen_configuration seen_;
  std::map<std::string, attached, std::less<>> attached_; ///< By path of the connection.
  std::map<std::int64_t, debug::line_reader> shells_;     ///< By connection.
  /// Blocks of files that were asked for: by the build's path and its token.
  std::map<std::pair<std::string, std::string>, io::read_block> reading_;
};

} // namespace troupe::players
