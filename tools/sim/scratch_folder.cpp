#include "tools/sim/scratch_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <unistd.h>

namespace troupe::sim {

scratch_folder::scratch_folder(std::string_view name) {
  std::filesystem::path in = "/dev/shm";
  if (std::getenv("TMPDIR") != nullptr || ::access(in.c_str(), W_OK) != 0)
    in = std::filesystem::temp_directory_path();
  auto pattern = (in / (std::string{name} + "-XXXXXX")).string();
  if (!::mkdtemp(pattern.data()))
    throw std::runtime_error{"no scratch folder: " + pattern};
  path_ = pattern;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

} // namespace troupe::sim
