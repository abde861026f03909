// A script for one service of any kind: its messages, who listens, what they answer, what
// there is in the store. A script is data (tests/swap/KIND.json). Playing it (script_player.hpp)
// gives all that can be seen of the service from outside, step by step, to be compared with another
// run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/supervision/child_spec.hpp"
#include "storage/batch.hpp"
#include "storage/json.hpp"

namespace troupe::testing {

/// The peer at `at` answers each message of the type `to`, to its sender.
struct stand_in_answer {
  std::string at;
  std::string to;
  json say;
  TROUPE_FIELDS(at, to, say)
};

/// What a swap may change, one of the first six, and why it may.
struct tolerance {
  std::string said;   ///< The successor says again what was last said of this type,
  std::string heard;  ///< or comes to hear some,
  std::string state;  ///< or has something else in this field of its state,
  std::string part;   ///< or in fields of this name, wherever they are,
  bool early = false; ///< or what was held back is said before a swap, steps earlier;
  /// After a rebuild only the order of its messages counts; all else may differ.
  bool order = false;
  std::string with;     ///< Of those that are said, only such as have this text in them.
  bool again = false;   ///< What is said again may be something else than before.
  bool waiting = false; ///< But only if other messages wait.
  std::string why;
  TROUPE_FIELDS(said, heard, state, part, early, order, with, again, waiting, why)
};

struct swap_script {
  std::string about;
  std::string path; ///< Of the service; there are branches above it.
  json config = boost::json::object{};
  std::map<std::string, std::string> files; ///< By name; their folder is called "$folder".
  std::vector<json> store;                  ///< Records by their types: {"builder": {…}}.
  std::vector<std::string> neighbours;      ///< To whom it speaks.
  std::map<std::string, runtime::child_spec> running; ///< Neighbours by configuration.
  std::vector<stand_in_answer> answers;
  std::vector<tolerance> differs;
  std::map<std::string, std::string> unseen; ///< Fields of the state that do not appear, and why.
  std::string fails; ///< Why the service fails in the course of it, if it does.
  /// {"type": …, "fields": …}, if need be with "from"; or {"advance_ms": …}. In fields,
  /// {"$heard": [PATH, POINTER]} is a part of what was last heard there; in answers {"$heard":
  /// POINTER}, of the question.
  std::vector<json> script;
  TROUPE_FIELDS(about, path, config, files, store, neighbours, running, answers, differs, unseen,
                fails, script)
};

/// The script in `file`, with the folder of its files, which are written there, in place of
/// "$folder".
swap_script read_script(const std::string& file, const std::string& folder);

/// Adds a record of a script's store.
void put_record(storage::batch& work, const json& named);

/// `in` with each {"$heard": X} replaced by what `part` makes of X.
template <class Part>
json filled_in(const json& in, const Part& part) {
  if (in.is_array()) {
    boost::json::array out;
    for (const auto& one : in.get_array())
      out.push_back(filled_in(one, part));
    return out;
  }
  if (!in.is_object())
    return in;
  if (auto* asked = in.get_object().if_contains("$heard"))
    return part(*asked);
  boost::json::object out;
  for (const auto& [key, value] : in.get_object())
    out.emplace(key, filled_in(value, part));
  return out;
}

} // namespace troupe::testing
