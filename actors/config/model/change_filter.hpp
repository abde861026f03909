// Which changes a scheduler takes, as util.ChangeFilter says it (§17.1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/place.hpp"

namespace troupe::model {

/// One attribute of a change against what is allowed; all that is given must hold (§17.1). A null
/// in `equal` is the missing value, such as the default branch.
struct condition {
  std::optional<std::vector<std::optional<std::string>>> equal;
  std::optional<std::vector<std::optional<std::string>>> not_equal;
  std::vector<std::string> matches; ///< Regular expressions, matched at the start.
  std::vector<std::string> not_matches;
  std::optional<computed> function;
  TROUPE_FIELDS(equal, not_equal, matches, not_matches, function)
};

struct change_filter {
  std::map<std::string, condition> attributes; ///< project, repository, branch, category, codebase.
  std::map<std::string, condition> properties;
  std::optional<computed> function; ///< filter_fn(change)
  TROUPE_FIELDS(attributes, properties, function)
};

} // namespace troupe::model
