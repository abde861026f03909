// The tree as the shell shows it. Pure: from ports to JSON.
#pragma once

#include <string>
#include <vector>

#include "runtime/observation/listing.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::shell {

/// The cells of a page of the tree, and where the next begins.
json tree_view(const runtime::directory::page& page, instant now);

/// The messages that a kind of service takes, each with its fields at their defaults.
json hears_view(const runtime::service_kind& kind);

/// The same with what nobody is to read over somebody's shoulder as "(secret)".
json without_secrets(json from);

} // namespace troupe::shell
