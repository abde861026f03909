// Which changes a scheduler takes (§17.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/config/model/change_filter.hpp"
#include "actors/config/rendering/function_host.hpp"

namespace troupe::records {
struct change;
}

namespace troupe::model {

/// Which part of a condition says no.
enum class filter_rule { none, equal, not_equal, matches, not_matches, function };

struct broken_rule {
  filter_rule rule = filter_rule::none; ///< None: all hold.
  std::string_view name; ///< Of the attribute or property, as the filter has it; empty: filter_fn.
  bool property = false;
};

/// The first condition that does not hold for the change. A regular expression never matches a
/// missing value and a negated one always does; a property that the change has not is "". Fails
/// with the words of a function that fails, or when a regular expression gives up.
result<broken_rule> first_broken(const change_filter& filter, const records::change& change,
                                 function_host& functions);

/// "branch 'stable' is not 'main'": that rule, of this filter and this change.
std::string words_of(const broken_rule& what, const change_filter& filter,
                     const records::change& change);

/// A change as functions of the configuration see it: author, branch, files, properties, … `when`
/// is in seconds.
json change_for_functions(const records::change& change);

} // namespace troupe::model
