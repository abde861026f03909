// Checks a model: the arguments of every part, and what the parts say about each other. Run on
// every model, whether it comes from Lua or from a dump.
#pragma once

#include "actors/config/model/model.hpp"

namespace troupe::model {

/// Brings arguments into the form that services read, and complains about what is wrong. `formats`:
/// those of Interpolate and its like, too; Lua's were checked where their lines are known.
void check_master(master& of, complaints& errors, bool formats);

} // namespace troupe::model
