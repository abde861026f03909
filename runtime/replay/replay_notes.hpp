// What a replay has to say beside its answers: of versions, damage, what cannot be read.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace troupe::runtime {

class replay_notes {
public:
  /// A message that was added before is left out.
  void add(std::string message) {
    if (std::find(all_.begin(), all_.end(), message) == all_.end())
      all_.push_back(std::move(message));
  }
  /// Those that were added since the last call.
  std::vector<std::string> take_new() {
    auto first = all_.begin() + static_cast<std::ptrdiff_t>(told_);
    told_ = all_.size();
    return {first, all_.end()};
  }

private:
  std::vector<std::string> all_;
  std::size_t told_ = 0; ///< Of them.
};

} // namespace troupe::runtime
