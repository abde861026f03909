#include "actors/botmaster/brd/accepted_requests.hpp"

#include "storage/tables/state.hpp"

namespace troupe::botmaster {

namespace {

constexpr std::string_view owner = "BuildRequestDistributor", value_name = "last_request";

} // namespace

accepted_request last_request(const storage::snapshot& from, const std::string& scheduler) {
  accepted_request found;
  if (auto kept = storage::find_object_state(from, owner, scheduler, value_name))
    from_json(found, *kept).value();
  return found;
}

void keep_order(storage::batch& work, const std::string& scheduler, const accepted_request& order) {
  work.put(records::object_state{std::string{owner}, scheduler, std::string{value_name},
                                 to_json(order)});
}

} // namespace troupe::botmaster
