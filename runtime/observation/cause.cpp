#include "runtime/observation/cause.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

std::string to_string(const thing& what) {
  return fmt::format("{} {}", what.kind.empty() ? "nobody" : what.kind, what.name);
}

std::string lasting(span time) {
  using namespace std::chrono;
  time = std::max(time, span{0});
  if (time < 10s)
    return fmt::format("{:.1f} s", duration<double>{floor<milliseconds>(time / 100) * 100}.count());
  if (time < 2min)
    return fmt::format("{} s", floor<seconds>(time).count());
  if (time < 2h)
    return fmt::format("{} min", floor<minutes>(time).count());
  if (time < 48h)
    return fmt::format("{} h", floor<hours>(time).count());
  return fmt::format("{} days", floor<days>(time).count());
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

} // namespace troupe::runtime
