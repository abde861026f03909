// Why requests do not start, and workers do not build: found out when it is asked, by the rules by
// which `distribute.cpp` decides (semantics.md §5.3).
#pragma once

#include "actors/botmaster/brd/build_choice.hpp"
#include "storage/snapshot.hpp"

namespace troupe::botmaster {

using builder_finder = std::function<const distributed_builder*(std::string_view name)>;

/// Looks at the distributor and at the store as they are at one moment.
class distribution_explanation {
public:
  distribution_explanation(const distributor_config& config, const distributor_state& is,
                           const build_choice& choice, builder_finder find_builder,
                           const storage::snapshot& from, instant now);

  /// Of a request; and of one that is over, what became of it.
  causes of_request(buildrequest_id which) const;
  /// What the worker says of itself is not repeated here.
  causes of_worker(const std::string& worker) const;
  /// The first reason of each request that waits, in words.
  std::map<buildrequest_id, std::string> of_all_that_wait() const;

private:
  struct queue_view;
  queue_view view_of(const std::string& builder) const;
  causes why_waiting(const open_request& request, const queue_view& of,
                     bool first_only = false) const;
  causes why_claimed(const open_request& request) const;
  void why_not_chosen(const open_request& request, const queue_view& of, causes& into) const;
  void why_refused(const open_request& request, const queue_view& of, causes& into) const;

  const distributor_config& config_;
  const distributor_state& is_;
  const build_choice& choice_;
  builder_finder find_builder_;
  const storage::snapshot& from_;
  build_namer name_of_;
  instant now_;
};

} // namespace troupe::botmaster
