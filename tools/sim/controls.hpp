// CONTROLS: commands to the cells of a simulated master (runtime/control.hpp), and their answers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "runtime/cell/system.hpp"
#include "runtime/mail/control.hpp"

namespace troupe::sim {

/// Replaces each "/*" of a pattern by a child that `pick` chooses of the path before it; empty if
/// it chooses none.
std::string path_for(const std::string& pattern,
                     const std::function<std::string(const std::string& path)>& pick);

class controls {
public:
  controls();

  /// Commands go to `sys` from now on.
  void attach(runtime::system& sys);
  /// False: there is no such cell.
  bool command(const std::string& path, runtime::any_message what);
  /// The state of the service at `path`; null if it does not answer during `run`.
  json query_state(const std::string& path, const std::function<void()>& run);

private:
  class answer_sink;
  runtime::system* sys_ = nullptr;
  std::shared_ptr<answer_sink> answers_;
  std::int64_t questions_ = 0;
};

} // namespace troupe::sim
