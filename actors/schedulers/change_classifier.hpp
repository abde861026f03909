// What a scheduler makes of a change (semantics.md §17.1): pure but for the functions of the
// configuration.
#pragma once

#include "actors/botmaster/cause.hpp"
#include "actors/config/rendering/filter.hpp"
#include "actors/schedulers/causes.hpp"
#include "actors/schedulers/change_scheduler.hpp"

namespace troupe::schedulers {

struct judgement {
  std::optional<scheduler_cause> no; ///< Why it is not for the scheduler; nothing if it is.
  bool important = false;
  model::broken_rule rule; ///< Which rule of the filter says no.
  std::string trouble;     ///< What went wrong in a function.
};

/// Filter, codebase, importance. Of unimportant changes only a stable tree's timer makes use.
judgement judge(const change_scheduler_config& wanted, const records::change& what,
                model::function_host& functions);

/// Whether changes wait until the tree is stable.
bool has_timer(const change_scheduler_config& wanted);

/// The judgement in words, which begin with those for the change; nothing if it is for it.
botmaster::causes why_not_for_it(const judgement& of, const change_scheduler_config& wanted,
                                 const records::change& what, std::string_view known_as);

} // namespace troupe::schedulers
