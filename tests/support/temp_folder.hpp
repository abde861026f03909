// A scratch folder that goes with the test, and what a test wants to know of a folder.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

namespace troupe::test {

class temp_folder {
public:
  /// In memory, if there is such a place: what a test writes need not outlast the machine, and the
  /// flushing of hundreds of stores would take longer than everything else. TMPDIR names another.
  temp_folder() {
    std::filesystem::path in = "/dev/shm";
    if (std::getenv("TMPDIR") != nullptr || ::access(in.c_str(), W_OK) != 0)
      in = std::filesystem::temp_directory_path();
    auto pattern = (in / "troupe-test-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      throw std::runtime_error{"no scratch folder: " + pattern};
    path_ = pattern;
  }
  ~temp_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string{name}; }

private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void write_file(const std::string& path, std::string_view content) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << content;
}

/// Every file and folder below `folder` with its content: equal means that nothing was changed.
inline std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    out[entry.path().string()] = entry.is_regular_file() ? read_file(entry.path()) : "(folder)";
  return out;
}

} // namespace troupe::test
