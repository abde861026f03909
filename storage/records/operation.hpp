// What operators did to this master: reconfigurations, and commands of the shell that change
// something. Bounded: the oldest go.
#pragma once

#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"
#include "storage/schema.hpp"

namespace troupe::records {

/// Records of each sort that are kept.
inline constexpr std::int64_t operations_kept = 10'000;

enum class reconfiguration_outcome : int {
  applied,
  unchanged,   ///< The tree was as wanted already.
  refused,     ///< Before anything was touched.
  rolled_back, ///< A service failed while it settled; the former configuration runs again.
};
constexpr auto names_of(reconfiguration_outcome) {
  return std::array<std::string_view, 4>{"applied", "unchanged", "refused", "rolled_back"};
}

struct planned_change {
  std::string act; ///< "stop", "retire", "tell", "swap" or "start".
  std::string path;
  std::vector<std::string> keys; ///< What differs in its configuration.
  TROUPE_FIELDS(act, path, keys)
};

struct reconfiguration {
  reconfiguration_id id;
  std::string who;
  instant began;
  span switched{};                 ///< From the loaded configuration to the end of the switch.
  span took{};                     ///< All of it, evaluation and settling included.
  std::uint64_t digest_before = 0; ///< Of the tree, before and as wanted.
  std::uint64_t digest_after = 0;
  std::int64_t kept = 0;
  std::vector<planned_change> changes; ///< At most `changes_kept`.
  std::int64_t changes_left_out = 0;
  reconfiguration_outcome outcome = reconfiguration_outcome::applied;
  std::string message;
  TROUPE_FIELDS(id, who, began, switched, took, digest_before, digest_after, kept, changes,
                changes_left_out, outcome, message)

  static constexpr std::size_t changes_kept = 100;
};

/// A command of the shell that changes something.
struct act {
  act_id id;
  instant at;
  std::string who;
  std::vector<std::string> command; ///< Its words.
  TROUPE_FIELDS(id, at, who, command)
};

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::reconfiguration>
  : detail::keyed_by_id<table_number::reconfigurations, records::reconfiguration> {};
template <>
struct table_traits<records::act> : detail::keyed_by_id<table_number::acts, records::act> {};

} // namespace troupe::storage
