#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::data {

using records::master;

namespace {

std::vector<master> all_masters(const reading& of, const captures&, const scan&) {
  return storage::all_masters(of.from);
}

std::vector<master> masters_of_builder(const reading& of, const captures& in, const scan&) {
  std::vector<master> found;
  auto builder = builder_in(of, in);
  for (auto which : builder ? builder->masters : std::vector<master_id>{})
    if (auto one = storage::find_master(of.from, which))
      found.push_back(std::move(*one));
  return found;
}

} // namespace

const entity& masters() {
  static const entity made =
      entity_of<master>{"master", "masters"}
          .shows("masterid", &master::id)
          .shows("name", &master::name)
          .shows("active", &master::active)
          .shows("last_active", &master::last_active)
          .one("masters/n:masterid",
               [](const reading& of, const captures& in) {
                 return storage::find_master(of.from, master_id{in.number("masterid")});
               })
          .many("masters", all_masters)
          .many("B/masters", masters_of_builder)
          .done();
  return made;
}

} // namespace troupe::data
