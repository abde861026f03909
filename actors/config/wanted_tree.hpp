// The tree that a configuration wants, for the service that brings the running one in line with it.
// The root of the program defines these (actors/master/tree.cpp): `/config` knows no other node.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/model.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "storage/records/ids.hpp"

namespace troupe::master {

/// What the tree needs to know that is not in the configuration.
struct master_environment {
  std::string folder;
  std::string config_file;
  master_id master;
  std::string master_name;
  std::int64_t own_uid = 0; ///< Of the process: the shell's peers must have it, or be root.
};

/// The children of the root, in start order.
std::vector<runtime::child_spec> wanted_children(model::master wanted,
                                                 const master_environment& given);

/// For a node that must not be stopped at once when its configuration goes: the specification under
/// which it ends by itself. Nothing for all others.
std::optional<runtime::child_spec> retired(const runtime::child_spec& running);

} // namespace troupe::master
