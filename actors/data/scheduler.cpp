#include "actors/data/entities.hpp"
#include "actors/data/read.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::data {

using records::scheduler;

namespace {

std::vector<scheduler> all_schedulers(const reading& of, const captures& in, const scan&) {
  auto found = storage::all_schedulers(of.from);
  if (in.has("masterid"))
    std::erase_if(found, [&](const scheduler& one) {
      return one.master != master_id{in.number("masterid")};
    });
  return found;
}

std::optional<scheduler> find_scheduler(const reading& of, const captures& in) {
  auto found = storage::find_scheduler(of.from, scheduler_id{in.number("schedulerid")});
  bool elsewhere = found && in.has("masterid") && found->master != master_id{in.number("masterid")};
  return elsewhere ? std::nullopt : found;
}

} // namespace

const entity& schedulers() {
  static const entity made =
      entity_of<scheduler>{"scheduler", "schedulers"}
          .shows("schedulerid", &scheduler::id)
          .shows("name", &scheduler::name)
          .shows("enabled", &scheduler::enabled)
          .shows("master", value_type::map,
                 [](const reading& of, const scheduler& x) {
                   return x.master ? value{rest_object(of, masters(), x.master->value)} : value{};
                 })
          .one("schedulers/n:schedulerid", find_scheduler)
          .one("masters/n:masterid/schedulers/n:schedulerid", find_scheduler)
          .many("schedulers", all_schedulers)
          .many("masters/n:masterid/schedulers", all_schedulers)
          .done();
  return made;
}

} // namespace troupe::data
