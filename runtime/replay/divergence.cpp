#include "runtime/replay/divergence.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

divergence differs(const record_head& head, std::string what, json recorded, json now) {
  return {head.order,
          head.at,
          std::string{head.cell},
          std::string{head.doing},
          std::move(what),
          std::move(recorded),
          std::move(now)};
}

json text(std::string_view message) {
  return json(boost::json::string_view{message.data(), message.size()});
}

json text_of_mark(std::uint64_t size, std::uint64_t mark) {
  return text(fmt::format("{} bytes, fingerprint {:016x}", size, mark));
}

} // namespace troupe::runtime
