// A service that hears nothing and keeps the state that was handed over, of any kind: to look
// at a state as it is stored, and to hand one over as its predecessor would.
#pragma once

#include "runtime/service/kind.hpp"

namespace troupe::testing {

/// Its configuration is the stored form of the state; its state is shown in hexadecimal.
const runtime::service_kind& keeper_kind();

} // namespace troupe::testing
