// A folder that goes with its owner; in memory, if there is such a place. TMPDIR names another.
#pragma once

#include <string>
#include <string_view>

namespace troupe::sim {

class scratch_folder {
public:
  /// Throws std::runtime_error if none can be made.
  explicit scratch_folder(std::string_view name);
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string{name}; }

private:
  std::string path_;
};

} // namespace troupe::sim
