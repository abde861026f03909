// THE SHELL: one JSON object per line each way, over the Unix socket in the master's folder.
//
//   → {"v":1,"id":7,"command":"tree","args":["/botmaster"]}
//   ← {"v":1,"id":7,"ok":true,"more":false,"content":[…]}
//   ← {"v":1,"id":7,"ok":false,"more":false,"error":{"code":"not_found","words":"…"}}
//
// `id` is the requester's; several questions may be open at once. An answer with "more" is followed
// by another of the same id. Of a long answer (a log) `pages_ahead_max` come by themselves; each
// {"command":"more"} with its id is good for another one. {"command":"end"} ends one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/json.hpp"

namespace troupe::debug {

inline constexpr std::int64_t protocol_version = 1;
/// Of one line from a peer. Nobody who types or scripts needs more.
inline constexpr std::size_t line_bytes_max = 256 * 1024;
inline constexpr std::int64_t pages_ahead_max = 8;

struct shell_request {
  std::int64_t v = 0;
  std::int64_t id = 0;
  std::string command;
  std::vector<std::string> args;
  TROUPE_FIELDS(v, id, command, args)
};

/// From a line to a request; refuses other versions.
result<shell_request> read_request(std::string_view line);

/// {"code": "not_found", "words": "…"}
boost::json::object error_object(const failure& why);
std::string answer_line(std::int64_t id, const json& content, bool more = false);
std::string error_line(std::int64_t id, const failure& why);

/// Cuts what arrives into lines. Described, so that half a line outlives a hot swap.
struct line_reader {
  bytes pending;
  TROUPE_FIELDS(pending)

  /// The lines that `came` completes, without their ends; refused if one is too long.
  result<std::vector<std::string>> take(std::string_view came);
};

} // namespace troupe::debug
