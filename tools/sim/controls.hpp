// CONTROLS: commands to the cells of a simulated master (runtime/control.hpp), and their answers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "runtime/cell/system.hpp"
#include "runtime/mail/control.hpp"

namespace troupe::sim {

/// A path for a pattern: each "/*" is what `pick` takes from right below the path before it; empty
/// if it takes nothing.
std::string path_for(const std::string& pattern,
                     const std::function<std::string(const std::string& path)>& pick);

class controls {
public:
  controls();

  /// To the cells of `sys`, from now on.
  void serve(runtime::system& sys);
  /// False if nobody is there.
  bool command(const std::string& path, runtime::any_message what);
  /// The state of the service at `path`; null if it does not answer while `run` runs.
  json state_of(const std::string& path, const std::function<void()>& run);

private:
  class ear;
  runtime::system* sys_ = nullptr;
  std::shared_ptr<ear> ear_;
  std::int64_t questions_ = 0;
};

} // namespace troupe::sim
