// What a scheduler's buildset consists of: sourcestamps, properties, builders (semantics.md §2,
// §3). Pure: the scheduler's definition and the changes in, the order out.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actors/botmaster/brd/messages.hpp"
#include "actors/config/rendering/function_host.hpp"
#include "actors/schedulers/settings.hpp"
#include "storage/records/change.hpp"

namespace troupe::model {
class function_host;
}

namespace troupe::schedulers {

/// Puts `by` in the place of every `what`; how reasons are filled in.
void replace_all(std::string& text, std::string_view what, std::string_view by);

/// Its reason with %(classname)s and %(name)s filled in.
std::string reason_of(const scheduler_settings& definition);

/// Fills `order`: one sourcestamp per codebase (that of its newest change, else that of its change
/// in `last`, else from the defaults), the properties (the order's own, then the scheduler's, then
/// those of the changes), the builder names and the priority.
result<void> compose(const scheduler_settings& definition,
                     const std::vector<records::change>& changes,
                     const std::map<std::string, records::change>& last,
                     model::function_host& functions, botmaster::add_buildset& order);

} // namespace troupe::schedulers
