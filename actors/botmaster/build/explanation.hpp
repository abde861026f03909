// Why a build does not end, from its state. Pure.
#pragma once

#include "actors/botmaster/build/build_config.hpp"
#include "actors/botmaster/build/build_state.hpp"
#include "actors/botmaster/cause.hpp"

namespace troupe::botmaster {

/// What the build waits for now; what is to be had from others (who holds the locks, when the
/// worker was last heard of) is left to them.
causes why_it_goes_on(const build_config& config, const build_state& is, instant now);

/// Whether everything that `is` waits for has been asked for: orders to the worker and to the locks
/// leave with the commit of the state in which they are awaited. `stored` is nothing before the
/// first commit.
bool is_asked_for(const build_state& is, const std::optional<build_state>& stored);

} // namespace troupe::botmaster
