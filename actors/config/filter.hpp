// Which changes a scheduler takes (§17.1).
#pragma once

#include "actors/config/function_runner.hpp"
#include "actors/config/model.hpp"
#include "storage/records/change.hpp"

namespace troupe::model {

/// Whether all conditions hold for the change. A regular expression never matches a missing value
/// and a negated one always does; a property that the change has not is "". Fails with the words of
/// a function that fails, or when a regular expression gives up.
result<bool> matches(const change_filter& filter, const records::change& change,
                     function_runner& functions);

/// A change as functions of the configuration see it: author, branch, files, properties, … `when`
/// is in seconds.
json change_for_functions(const records::change& change);

} // namespace troupe::model
