// RECORDING: what the outside of a recorded master did, as values: its workers, what their commands
// said and when, the changes that came, what was typed into its shell, how it was configured.
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
  span at{};                        ///< From the beginning of the record, as everywhere here.
  std::vector<recorded_call> calls; ///< The last is `complete`, if it `ended`.
  span lasted{};                    ///< Until it ended or was cut off.
  bool ended = false;
  bool interrupted = false; ///< By the master.
  TROUPE_FIELDS(worker, builder, name, args, at, calls, lasted, ended, interrupted)
};

struct recorded_presence {
  span from{};
  std::optional<span> until; ///< When it left by itself; else the master ended it, or the record.
  TROUPE_FIELDS(from, until)
};
struct recorded_worker {
  wire::jelly info; ///< None if it was attached before the record begins.
  std::vector<recorded_presence> presences;
  TROUPE_FIELDS(info, presences)
};

struct recorded_change {
  span at{};
  std::string source; ///< Name of the change source.
  wire::jelly what;   ///< The dictionary that addChange was given.
  TROUPE_FIELDS(at, source, what)
};

/// A command of the shell that changes something.
struct recorded_line {
  span at{};
  std::vector<std::string> arguments;
  TROUPE_FIELDS(at, arguments)
};

/// What ran from then on, but for passwords.
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
  std::vector<recorded_setting> settings; ///< The first from the beginning.
  master_files::table files;              ///< Of the master, that its steps read.
  span length{};
  std::int64_t left_out = 0; ///< Messages from or to the outside that the record does not have.
  std::map<std::string, std::int64_t> lines_left_out; ///< Of the shell: what is not played.
  std::set<std::string> notes;
  std::vector<std::string> damage; ///< Of the journal.
  TROUPE_FIELDS(workers, commands, changes, lines, settings, files, length, left_out,
                lines_left_out, notes, damage)
};

/// All of a journal: a folder of segments, or one of them. Refused if there is none, or if it does
/// not tell how its master was configured.
result<recording> read_recording(const std::string& journal);

/// Objects, which are others each time, are none.
wire::jelly without_objects(wire::jelly from);

} // namespace troupe::players
