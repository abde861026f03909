// Everything in a store, for people and golden files.
#pragma once

#include "storage/json.hpp"
#include "storage/store.hpp"

namespace troupe::testing {

/// The records of all tables as `from` has them, and the content of all logs.
json content_of(const storage::snapshot& from, storage::store& logs_of);

} // namespace troupe::testing
