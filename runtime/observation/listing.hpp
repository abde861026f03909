// The tree as it is at this moment, for the shell: one value per bound path.
#pragma once

#include <string>
#include <vector>

#include "runtime/mail/directory.hpp"
#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

/// What a port's counters say. Numbers of one node are read one after another, not at one instant.
struct tree_node {
  std::string path;
  std::string kind;
  cell_phase phase = cell_phase::parked;
  std::int64_t restarts = 0;
  std::int64_t swaps = 0;
  std::int64_t depth = 0;
  std::int64_t refused = 0;
  std::int64_t taken = 0;
  std::int64_t busy_ns = 0;
  std::int64_t state_bytes = 0;
  instant since;
  TROUPE_FIELDS(path, kind, phase, restarts, swaps, depth, refused, taken, busy_ns, state_bytes,
                since)
};

tree_node describe_port(const port& one);

/// The specifications of what runs below `of` by configuration, in the order in which they began.
std::vector<child_spec> configured_children(const directory& paths, std::string_view of);

/// Whether `path` is `top` or below it.
bool is_below(std::string_view path, std::string_view top);

} // namespace troupe::runtime
