// The master's process as seen from outside: its pid file, held locked while it lives.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "storage/result.hpp"

namespace troupe::tool {

/// DIR/troupe.pid, locked: by the lock, not by the number in it, is it known whether a master runs,
/// so neither a killed master nor a number given to another process misleads anybody.
class pid_file {
public:
  /// Refused (conflict) if a master runs in `folder`.
  static result<pid_file> take(const std::string& folder);
  ~pid_file();
  pid_file(pid_file&& other) noexcept;
  pid_file& operator=(pid_file&&) = delete;

  /// Writes the present process's id. Children keep the lock until the last of them has ended.
  void write_own();

private:
  explicit pid_file(int file) : file_{file} {}
  int file_ = -1;
};

/// The process that runs in `folder`, 0 while it has not said its number; nothing if none does.
std::optional<pid_t> running_master(const std::string& folder);

/// Waits until no master runs in `folder`, at most so many seconds (0: as long as it takes).
bool await_end(const std::string& folder, double seconds);

} // namespace troupe::tool
