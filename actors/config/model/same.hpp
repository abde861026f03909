// Whether two parts of a configuration are the same for all that they do: `place`s and the lines of
// functions do not count, so that a comment added to master.lua reconfigures nothing.
#pragma once

#include <optional>

#include "actors/config/model/model.hpp"

namespace troupe::model {

/// Computed values: functions are the same when their digests are.
bool same_computed(const computed& a, const computed& b);

/// The rule of this comparison, for `equal_values`.
std::optional<bool> but_for_place(const value_ops& ops, const void* a, const void* b);

template <class T>
bool same_but_for_place(const T& a, const T& b) {
  return equal_values(ops_of<T>(), &a, &b, &but_for_place);
}

} // namespace troupe::model
