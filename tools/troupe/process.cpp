#include "tools/troupe/process.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

namespace troupe::tool {

namespace {

constexpr auto look_again = std::chrono::milliseconds{50};

std::string path_in(const std::string& folder) {
  return folder + "/troupe.pid";
}

} // namespace

result<pid_file> pid_file::take(const std::string& folder) {
  int file = ::open(path_in(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    return failure{errc::io, fmt::format("{}: {}", path_in(folder), std::strerror(errno))};
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
    (void)!::ftruncate(file, 0); // the number of a former process must not be taken for ours
    return pid_file{file};
  }
  ::close(file);
  auto pid = running_master(folder);
  return failure{errc::conflict,
                 fmt::format("a master runs in {} already{}", folder,
                             pid ? fmt::format(" (process {})", *pid) : std::string{})};
}

pid_file::~pid_file() {
  if (file_ >= 0)
    ::close(file_);
}

pid_file::pid_file(pid_file&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

void pid_file::write_own() {
  auto text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file_, 0) != 0
      || ::pwrite(file_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw failed{{errc::io, std::string{"troupe.pid: "} + std::strerror(errno)}};
}

std::optional<pid_t> running_master(const std::string& folder) {
  int file = ::open(path_in(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return std::nullopt;
  bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  char text[32] = {};
  if (held && ::pread(file, text, sizeof text - 1, 0) < 0)
    text[0] = 0;
  ::close(file);
  return held ? std::optional{static_cast<pid_t>(std::strtol(text, nullptr, 10))} : std::nullopt;
}

bool await_end(const std::string& folder, double seconds) {
  auto began = std::chrono::steady_clock::now();
  while (running_master(folder)) {
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    if (seconds > 0 && passed.count() > seconds)
      return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

} // namespace troupe::tool
