// Why a scheduler orders nothing, from its state. Pure but for the functions of the configuration.
#pragma once

#include "actors/botmaster/cause.hpp"
#include "actors/config/rendering/function_host.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "actors/schedulers/force_scheduler.hpp"

namespace troupe::schedulers {

/// What the store adds to the state of a scheduler.
struct scheduler_context {
  std::optional<records::change> last; ///< The newest change that the scheduler has seen.
  change_id newest;                    ///< Of all changes.
  std::set<std::string> builders;      ///< Of the configuration that runs, by name.
};
scheduler_context scheduler_context_of(const storage::snapshot& from, change_id last = {});

botmaster::causes why_it_requests_nothing(const change_scheduler_config& wanted,
                                          const change_scheduler_state& is,
                                          const scheduler_context& around,
                                          model::function_host& functions, instant now);

botmaster::causes why_it_forces_nothing(const force_scheduler_config& wanted,
                                        const force_scheduler_state& is,
                                        const scheduler_context& around, instant now);

} // namespace troupe::schedulers
