#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::data {

using records::step;

namespace {

std::vector<step> steps_of_build(const reading& of, const captures& in, const scan&) {
  auto build = build_in(of, in);
  return build ? storage::steps_of_build(of.from, build->id) : std::vector<step>{};
}

} // namespace

const entity& steps() {
  static const entity made =
      entity_of<step>{"step", "steps"}
          .shows("stepid", &step::id)
          .shows("number", &step::number)
          .shows("name", &step::name)
          .shows("buildid", &step::build)
          .shows("started_at", &step::started_at)
          .shows("locks_acquired_at", &step::locks_acquired_at)
          .shows("complete", value_type::boolean,
                 [](const step& x) { return value{x.complete_at.has_value()}; })
          .shows("complete_at", &step::complete_at)
          .shows("state_string", &step::state_string)
          .shows("results", &step::results)
          .shows("urls", &step::urls)
          .shows("hidden", &step::hidden)
          .one("SS", step_in)
          .many("BB/steps", steps_of_build)
          .done();
  return made;
}

} // namespace troupe::data
