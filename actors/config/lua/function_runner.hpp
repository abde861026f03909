// Runs the functions of a configuration: in a sandbox of their own, on plain data, with an end to
// their instructions and memory, and without memory of earlier runs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/config/rendering/function_host.hpp"

namespace troupe::model {

class sandbox;

struct function_limits {
  std::uint64_t instructions_max = 2'000'000; ///< Of one call.
  std::size_t memory_max = 64u << 20;         ///< Bytes, of everything that is loaded.
  std::size_t loaded_max = 1000;              ///< Functions kept; beyond, all are forgotten.
};

/// Not for use by several threads at once: each service has its own.
///
/// What a function is given cannot be changed by it. In maps a null is left out (reading it gives
/// nil), in lists it is util.null. Maps have x:getProperty(name[, default]) and
/// x:hasProperty(name), which look into x.properties if there is such a thing, else into x.
class function_runner final : public function_host {
public:
  explicit function_runner(const function_limits& limits = {});
  ~function_runner() override;

  result<json> call(const json& function, const std::vector<json>& arguments) override;

  /// Functions kept loaded, for the tests of the bound.
  std::size_t loaded() const noexcept { return loaded_.size(); }

private:
  result<void> push(const json& function);
  void start();

  function_limits limits_;
  std::unique_ptr<sandbox> box_;
  std::map<std::string, int> loaded_; ///< By digest and place: where the registry keeps it.
};

} // namespace troupe::model
