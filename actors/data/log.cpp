#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::data {

using records::log;

namespace {

std::vector<log> logs_of_step(const reading& of, const captures& in, const scan&) {
  auto step = step_in(of, in);
  return step ? storage::logs_of_step(of.from, step->id) : std::vector<log>{};
}

} // namespace

const entity& logs() {
  static const entity made =
      entity_of<log>{"log", "logs"}
          .shows("logid", &log::id)
          .shows("name", &log::name)
          .shows("slug", &log::slug)
          .shows("stepid", &log::step)
          .shows("complete", &log::complete)
          .shows("num_lines", &log::num_lines)
          .shows("type", value_type::text,
                 [](const log& x) { return value{std::string(1, static_cast<char>(x.type))}; })
          .shows("raw_bytes", &log::raw_bytes)
          .for_shell()
          .one("L", log_in)
          .many("SS/logs", logs_of_step)
          .done();
  return made;
}

} // namespace troupe::data
