// Takes the secrets out of a configuration: tokens come in their place (runtime/vault.hpp).
#pragma once

#include "actors/config/model/model.hpp"
#include "runtime/secrets/vault.hpp"

namespace troupe::model {

/// The passwords of workers and change sources are sealed, and hidden wherever they would leave,
/// unless the rest of the configuration has the same word in it: then it is none.
void seal_secrets(master& of, runtime::vault& into);

} // namespace troupe::model
