// RECORDING: the environment of a recorded master as a value: its workers and their responses, the
// changes, the commands of its shell, and its configurations.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/config/model/model.hpp"
#include "runtime/wire/jelly.hpp"
#include "tools/peers/scripted_response.hpp"
#include "tools/players/master_files.hpp"

namespace troupe::players {

/// A call that a worker made for a command.
using recorded_call = peers::scripted_call;

struct recorded_command {
  std::string worker, builder, name;
  wire::jelly args;                 ///< Objects in it are none.
  span at{};                        ///< From the beginning of the recording, as all times here.
  std::vector<recorded_call> calls; ///< The last is `complete`, if it `ended`.
  span lasted{};                    ///< Until it ended or was cut off.
  bool ended = false;
  bool interrupted = false; ///< By the master.
  TROUPE_FIELDS(worker, builder, name, args, at, calls, lasted, ended, interrupted)
};

struct recorded_presence {
  span from{};
  std::optional<span>
      until; ///< When the worker left; none: the master dropped it, or the recording ended.
  TROUPE_FIELDS(from, until)
};
struct recorded_worker {
  wire::jelly info; ///< None if it was attached before the recording began.
  std::vector<recorded_presence> presences;
  TROUPE_FIELDS(info, presences)
};

struct recorded_change {
  span at{};
  std::string source; ///< Name of the change source.
  wire::jelly what;   ///< The dictionary that addChange was given.
  TROUPE_FIELDS(at, source, what)
};

/// A command of the shell that changes the master.
struct recorded_line {
  span at{};
  std::vector<std::string> arguments;
  TROUPE_FIELDS(at, arguments)
};

/// The configuration from then on, without passwords.
struct recorded_setting {
  span at{};
  model::master configuration;
  TROUPE_FIELDS(at, configuration)
};

struct recording {
  std::map<std::string, recorded_worker> workers;
  std::vector<recorded_command> commands; ///< In the order in which they began.
  std::vector<recorded_change> changes;
  std::vector<recorded_line> lines;
  std::vector<recorded_setting> settings; ///< The first is in force from the beginning.
  master_files::table files;              ///< That the master's steps read.
  span length{};
  std::int64_t left_out = 0; ///< Messages from or to outside that were not recorded.
  std::map<std::string, std::int64_t>
      lines_left_out; ///< Commands of the shell that are not replayed, with their numbers.
  std::set<std::string> notes;
  std::vector<std::string> damage; ///< Of the journal.
  TROUPE_FIELDS(workers, commands, changes, lines, settings, files, length, left_out,
                lines_left_out, notes, damage)
};

/// Of a journal: a folder of segments, or one segment. Refused if there is none, or if it does not
/// have the master's configuration.
result<recording> read_recording(const std::string& journal);

/// The arguments with none for each object: objects differ from run to run.
wire::jelly without_objects(wire::jelly from);

} // namespace troupe::players
