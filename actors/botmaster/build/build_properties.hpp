// The properties of a build: which there are, and who sets them (semantics.md §9.2).
#pragma once

#include "actors/botmaster/build/build_config.hpp"
#include "actors/botmaster/workers/messages.hpp"

namespace troupe::botmaster {

/// What is known before the worker is, later ones over earlier ones (§9.2, 1–4, 6, 7).
void set_early_properties(records::property_map& all, const build_config& of);
/// Those that the worker brings when it is engaged, and its name.
void set_worker_properties(records::property_map& all, const worker_engaged& brings,
                           const std::string& worker);
/// Its folders on the worker, `base` being the worker's own.
void set_folder_properties(records::property_map& all, const build_config& of,
                           const std::string& base, bool windows);

/// The value of a property; null if there is none of that name.
json value_of(const records::property_map& all, std::string_view name);
/// The values of all, as functions of the configuration see them.
boost::json::object values_of(const records::property_map& all);

} // namespace troupe::botmaster
