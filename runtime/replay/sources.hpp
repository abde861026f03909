// SOURCES: the services that must be played to know the messages of one of them. Longer messages
// are in the journal by fingerprint: their senders have to send them again, and need theirs for
// that.
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "storage/describe.hpp"

namespace troupe::runtime {

struct sources {
  std::set<std::string, std::less<>> cells; ///< Itself among them.
  /// Of theirs, those that said long messages, and how many of them are taken.
  std::unordered_map<std::uint64_t, std::size_t> events;
};

/// The service at `path` and those whose long messages it took by `when`, directly or through one
/// another, as the records of one segment's file tell. Empty if it has no record there by then.
sources sources_of(const std::string& file, const std::string& path, instant when);

} // namespace troupe::runtime
