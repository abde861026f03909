// What the configuration decides by functions: prioritizeBuilders, nextBuild, nextWorker,
// canStartBuild, collapseRequests (semantics.md §4.4, §5). They see plain data. One that fails
// decides nothing, and the log says why.
#pragma once

#include <functional>

#include "actors/botmaster/brd/state.hpp"
#include "actors/config/rendering/function_host.hpp"

namespace troupe::botmaster {

/// Made for one look at the distributor's state, which it does not outlive.
class build_choice {
public:
  /// `complain` hears of functions that fail.
  build_choice(const distributor_config& config, const distributor_state& is,
               model::function_host& functions, std::function<void(const std::string&)> complain)
    : config_{config}, is_{is}, functions_{functions}, complain_{std::move(complain)} {}

  /// The builders in the order in which prioritizeBuilders gives their names back; those that it
  /// leaves out come last.
  void prioritise(std::vector<const distributed_builder*>& turns) const;
  /// By priority, or only the choice of nextBuild; nobody starts this time if it chose none.
  std::vector<buildrequest_id> in_order(const distributed_builder& builder) const;
  /// The answer of nextBuild for `waiting`, of which there are some; 0 if it is none of them.
  result<buildrequest_id> next_build(const distributed_builder& builder,
                                     const std::vector<buildrequest_id>& waiting) const;
  /// The answer of nextWorker, ready or not; empty if it names none.
  result<std::string> next_worker(const distributed_builder& builder,
                                  const std::vector<std::string>& ready,
                                  const open_request& request) const;
  /// The worker among `ready` that builds `request`; empty if none may.
  std::string worker_among(const distributed_builder& builder, std::vector<std::string> ready,
                           const open_request& request,
                           const std::function<std::uint64_t()>& random) const;
  /// canStartBuild.
  result<bool> may_start(const distributed_builder& builder, const std::string& worker,
                         const open_request& request) const;
  /// collapseRequests: whether the newer request swallows the older one.
  bool collapses(const json& function, const open_request& newer, const open_request& older) const;

private:
  json view(const open_request& request) const;
  result<json> call(const json& function, std::string_view name, std::vector<json> given) const;
  std::optional<json> ask(const json& function, std::string_view name,
                          std::vector<json> given) const;

  const distributor_config& config_;
  const distributor_state& is_;
  model::function_host& functions_;
  std::function<void(const std::string&)> complain_;
};

/// Waiting requests of the builder: highest priority first, then the lowest id.
std::vector<buildrequest_id> by_priority(const distributed_builder& builder,
                                         const distributor_state& is);

} // namespace troupe::botmaster
