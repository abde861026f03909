#include "storage/sync.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "storage/result.hpp"

namespace troupe::storage {

void sync_folder(const std::string& folder) {
  int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int why = file < 0 ? errno : 0;
  if (file >= 0) {
    if (fsync(file) != 0)
      why = errno;
    close(file);
  }
  // A file system that has no such thing says EINVAL; it keeps names in its own way.
  if (why != 0 && why != EINVAL)
    throw failed{{why == ENOSPC ? errc::full : errc::io,
                  fmt::format("{}: making its names durable: {}", folder, std::strerror(why))}};
}

} // namespace troupe::storage
