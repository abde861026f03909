#include "runtime/replay/version_note.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

std::string_view shown(std::string_view version) {
  return version.empty() ? "of an unknown version" : version;
}

} // namespace

std::string version_note(std::string_view recorded, std::string_view played) {
  if (recorded == played)
    return {};
  return fmt::format("recorded by troupe {}, played by {}: what differs, or cannot be read, may "
                     "come of that",
                     shown(recorded), shown(played));
}

std::string version_reason(std::string_view recorded, std::string_view played) {
  if (recorded == played)
    return {};
  return fmt::format("most likely because troupe {} recorded it, and this is {}", shown(recorded),
                     shown(played));
}

std::string with_reason(std::string message, std::string_view recorded, std::string_view played) {
  auto reason = version_reason(recorded, played);
  return reason.empty() ? message : message + "; " + reason;
}

} // namespace troupe::runtime
