#include "actors/data/entities.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::data {

using records::act;
using records::reconfiguration;

// REST knows nothing of what operators did: these are for the shell.

const entity& reconfigurations() {
  static const entity made =
      entity_of<reconfiguration>{"reconfiguration", "reconfigurations"}
          .shows("id", &reconfiguration::id)
          .shows("who", &reconfiguration::who)
          .shows("began", &reconfiguration::began)
          .shows("switched", &reconfiguration::switched)
          .shows("took", &reconfiguration::took)
          .shows("before", value_type::text,
                 [](const reconfiguration& x) {
                   return value{fmt::format("{:016x}", x.digest_before)};
                 })
          .shows("after", value_type::text,
                 [](const reconfiguration& x) {
                   return value{fmt::format("{:016x}", x.digest_after)};
                 })
          .shows("kept", &reconfiguration::kept)
          .shows("changes", &reconfiguration::changes)
          .shows("left_out", &reconfiguration::changes_left_out)
          .shows("outcome", value_type::text,
                 [](const reconfiguration& x) {
                   return value{
                       std::string{names_of(x.outcome)[static_cast<std::size_t>(x.outcome)]}};
                 })
          .shows("message", &reconfiguration::message)
          .many("reconfigurations",
                [](const reading& of, const captures&, const scan& only) {
                  return storage::newest_reconfigurations(of.from, only.newest);
                })
          .done();
  return made;
}

const entity& acts() {
  static const entity made =
      entity_of<act>{"act", "acts"}
          .shows("id", &act::id)
          .shows("at", &act::at)
          .shows("who", &act::who)
          .shows("command", value_type::text,
                 [](const act& x) { return value{fmt::format("{}", fmt::join(x.command, " "))}; })
          .many("acts", [](const reading& of, const captures&,
                           const scan& only) { return storage::newest_acts(of.from, only.newest); })
          .done();
  return made;
}

} // namespace troupe::data
