// The tree as the shell shows it. Pure: from ports to JSON.
#pragma once

#include <string>
#include <vector>

#include "runtime/observation/listing.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::debug {

/// The cells of a page of the tree, and where the next begins.
json tree_view(const runtime::directory::page& page, instant now);

/// The messages that a kind of service takes, each with its fields at their defaults.
json hears_view(const runtime::service_kind& kind);

} // namespace troupe::debug
