#include "actors/master/recovery.hpp"

#include <set>

#include "actors/config/config_service.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/state.hpp"

namespace troupe::master {

using records::result_code;

result<recovered> recover(storage::store& store, const std::string& master_name, instant now) {
  recovered found;
  storage::batch work;
  {
    auto from = store.read();
    auto known = storage::find_master(from, master_name);
    found.first_start = !known;
    found.id = known ? known->id : master_id{storage::max_master_id(from).value + 1};
    work.put(records::master{found.id, master_name, true, now});

    for (auto& build : storage::incomplete_builds(from)) {
      storage::end_as_retry(from, build, now, "retry master stopped", work);
      found.builds++;
    }
    std::set<buildset_id> touched;
    for (auto& request : storage::open_requests(from)) {
      if (!request.claimed_at)
        continue;
      std::optional<result_code> ended;
      for (const auto& build : storage::builds_of_request(from, request.id))
        if (build.results && *build.results != result_code::retry)
          ended = build.results;
      if (ended) { // its build ended, the news of it did not arrive
        request.complete = true;
        request.complete_at = now;
        request.results = ended;
        touched.insert(request.buildset);
      } else {
        request.claimed_at.reset();
        request.claimed_by.reset();
        found.requests++;
      }
      work.put(request);
    }
    for (const auto& one : storage::service_states(from))
      work.erase_state(one.path);
    for (auto id : touched) {
      auto set = storage::find_buildset(from, id);
      auto results = result_code::success;
      bool all = set && !set->complete;
      for (const auto& request : storage::requests_of_buildset(from, id)) {
        auto outcome = request.results;
        for (const auto& build : storage::builds_of_request(from, request.id))
          if (!request.complete && build.results && *build.results != result_code::retry)
            outcome = build.results;
        all = all && outcome.has_value();
        results = outcome ? records::worst(results, *outcome) : results;
      }
      if (!all)
        continue;
      set->complete = true;
      set->complete_at = now;
      set->results = results;
      work.put(*set);
    }
  }
  auto outcome = store.apply(work);
  if (!outcome)
    return outcome.done.error().in("putting the store in order");
  return found;
}

} // namespace troupe::master
