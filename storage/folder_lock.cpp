#include "storage/folder_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace troupe::storage {

namespace {

std::string holder(int file) {
  std::array<char, 32> text{};
  auto size = pread(file, text.data(), text.size(), 0);
  std::string_view seen{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  auto digits = seen.substr(0, seen.find_first_not_of("0123456789"));
  return digits.empty() ? "another process" : fmt::format("process {}", digits);
}

} // namespace

folder_lock::folder_lock(std::string path, bool make) : path_{std::move(path)} {
  file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0640);
  if (file_ < 0) {
    if (errno == ENOENT && !make)
      return;
    throw failed{{errc::io, fmt::format("{}: cannot be opened for writing: {}; give this user the "
                                        "right to write there",
                                        path_, std::strerror(errno))}};
  }
  if (flock(file_, LOCK_EX | LOCK_NB) == 0)
    return;
  auto why = errno == EWOULDBLOCK
                 ? failure{errc::conflict, fmt::format("{}: {} has this store open; stop that one, "
                                                       "or name another folder",
                                                       path_, holder(file_))}
                 : failure{errc::io, fmt::format("{}: locking: {}", path_, std::strerror(errno))};
  close(file_);
  throw failed{why};
}

folder_lock::~folder_lock() {
  if (held())
    close(file_);
}

void folder_lock::sign() {
  auto text = fmt::format("{}\n", getpid());
  if (ftruncate(file_, 0) != 0
      || pwrite(file_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw failed{{errno == ENOSPC ? errc::full : errc::io,
                  fmt::format("{}: writing: {}", path_, std::strerror(errno))}};
}

} // namespace troupe::storage
