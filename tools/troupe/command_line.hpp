// What may stand on the command line.
#pragma once

namespace troupe::tool {

/// Reads the words and does what they say; answers the exit status.
int run_command_line(int count, char** message);

} // namespace troupe::tool
