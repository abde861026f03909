// Protocol data recorded from stock programs: vectors and captures (tests/data).
#pragma once

#include <string>
#include <vector>

#include "runtime/wire/sexp.hpp"

namespace troupe::wire::tests {

/// The lines of tests/data/vectors.jsonl.
std::vector<json> vectors();

/// One read from a socket, or an event.
struct chunk {
  bool to_master = false;
  std::int64_t connection = 0;
  bytes data;
  std::string event; ///< "open", "close", "elided", or empty.
  std::string note;
};

struct capture {
  std::string name;
  std::vector<chunk> chunks;
  bool is_pb = true; ///< The others are msgpack.
};

/// All captures by name, those that are not PB without chunks.
std::vector<capture> captures();

std::string text_at(const json& line, std::string_view key);
bytes raw(std::string_view hex);

/// The expression of a vector.
sexp vector_sexp(const json& described);

/// All expressions of a stream; words are known after the first.
std::vector<sexp> expressions(std::string_view stream);

/// What a capture's one side sent on its first connection.
bytes stream_of(const capture& from, bool to_master);

} // namespace troupe::wire::tests
