#include <cstdio>

#include "actors/config/model/reference.hpp"
#include "storage/json.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

int help(const std::string& name) {
  if (name.empty()) {
    std::fputs(model::help_on_all().c_str(), stdout);
    std::puts("\ntroupe help NAME prints the arguments of one of them.");
    return 0;
  }
  if (auto* found = model::component_named(name)) {
    std::fputs(model::help_on(*found).c_str(), stdout);
    return 0;
  }
  std::vector<std::string> known;
  for (const auto* one : model::catalogue())
    known.insert(known.end(), {one->full_name(), std::string{one->name}});
  auto close = nearest(name, known);
  std::fprintf(stderr, "troupe: there is no %s%s\n", name.c_str(),
               close.empty() ? "; troupe help lists what there is"
                             : (": did you mean " + std::string{close} + "?").c_str());
  return 1;
}

} // namespace troupe::tool
