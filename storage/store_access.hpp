// The store as a service sees it: over the effect log of its cell, so that a handler that is
// replayed gets the answers that it got then.
#pragma once

#include <span>

#include "storage/check.hpp"
#include "storage/store.hpp"

namespace troupe::storage {

class store_access {
public:
  /// `at` may be nobody's if `on` plays.
  store_access(store* at, effect_log* on) : store_{at}, effect_log_{on} {}

  snapshot read() const;
  apply_outcome apply(std::span<const batch* const> batches) const;

  /// Past the effect log: for showing the store itself, by services that are not replayed.
  store& itself() const {
    TROUPE_CHECK(store_ != nullptr, "a store is needed here");
    return *store_;
  }

private:
  store* store_;
  effect_log* effect_log_;
};

} // namespace troupe::storage
