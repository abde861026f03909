// Values of builds and workers as PB carries them (pb.md §4, 10, 11).
#pragma once

#include "actors/workers/datum.hpp"
#include "runtime/wire/jelly.hpp"

namespace troupe::workers {

/// The name by which the broker knows an object that the worker calls for `command`: "1.2/writer".
std::string transfer_key(const std::string& command, transfer_object which);
/// The object of such a name; nothing if it is the command itself.
std::optional<transfer_object> transfer_object_of(std::string_view key);
/// What the worker calls on it, by the name of the method.
transfer_method transfer_method_of(std::string_view name);

/// For the worker; objects in it are those of `command`.
wire::jelly to_jelly(const datum& value, const std::string& command);
/// From the worker: sequences of any kind are lists; what builds have no use for is none: objects,
/// and integers of more than 64 bits.
datum of_jelly(const wire::jelly& value);

} // namespace troupe::workers
