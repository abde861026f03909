// Blocks of a file on their way to the worker, for the steps that send one (§13, pb.md §12).
#pragma once

#include "actors/steps/step.hpp"

namespace troupe::steps {

/// What the worker is asked for at once, if the step does not say.
inline constexpr std::int64_t download_block = 16 * 1024;

/// The command that has the worker read from us, from the beginning, and write to `path`; its size
/// limit and block size are the step's arguments, if it has them. A null `mode` is the worker's.
command_request download_request(step_host& host, const std::string& workdir,
                                 const std::string& path, const json& mode);

/// How much a `read` asks for, within bounds.
std::size_t read_size(const transfer_request& call);

/// The next block of `text`.
void answer_read(step_host& host, const transfer_request& call, std::string_view text);

/// Our name, or the one by which workers before 3.0 know it, for their command `command`.
std::string argument_name(const step_host& host, std::string_view command, std::string name,
                          std::string old_name);

} // namespace troupe::steps
