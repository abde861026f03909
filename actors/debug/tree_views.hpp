// The tree as the shell shows it. Pure: from a listing to JSON.
#pragma once

#include <string>
#include <vector>

#include "runtime/kind.hpp"
#include "runtime/listing.hpp"

namespace troupe::debug {

/// `top` and what is below it.
json tree_view(const std::vector<runtime::tree_node>& nodes, std::string_view top, instant now);

/// What `top` can sort by.
bool is_top_order(std::string_view word);
/// The busiest nodes between two listings, by `order`.
json top_view(const std::vector<runtime::tree_node>& before,
              const std::vector<runtime::tree_node>& after, std::string_view order, span between);

/// The messages that a kind of service takes, each with its fields at their defaults.
json hears_view(const runtime::service_kind& kind);

const runtime::tree_node* find_node(const std::vector<runtime::tree_node>& nodes,
                                    std::string_view path);

/// "There is no …", with the nearest path that is.
failure no_such_path(const std::vector<runtime::tree_node>& nodes, std::string_view path);

} // namespace troupe::debug
