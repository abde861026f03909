// A scratch folder that goes with the test, and what a test wants to know of a folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "tools/sim/scratch_folder.hpp"

namespace troupe::test {

/// What a test writes need not outlast the machine, and the flushing of hundreds of stores would
/// take longer than everything else.
class temp_folder : public sim::scratch_folder {
public:
  temp_folder() : scratch_folder{"troupe-test"} {}
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
