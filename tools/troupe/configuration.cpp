// `troupe checkconfig` and `troupe dumpconfig`.
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "actors/config/lua/loader.hpp"
#include "storage/json.hpp"
#include "tools/troupe/shell_client.hpp"
#include "tools/troupe/shell_render.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace fs = std::filesystem;

namespace {

/// The configuration meant by a master's folder or by a file.
std::string file_of(const std::string& place) {
  if (!fs::is_directory(place))
    return place;
  auto json = fs::path{place} / "master.json", lua = fs::path{place} / "master.lua";
  return (!fs::exists(lua) && fs::exists(json) ? json : lua).string();
}

/// The errors in the form that editors jump to, FILE:LINE: WORDS, one a line.
int say_errors(const failure& why) {
  std::fprintf(stderr, "%s\n", why.message.c_str());
  return failed_status;
}

/// What a reconfiguration of the master that runs there would do.
int say_plan(shell_client& master) {
  auto plan = master.ask("reconfig", {"--dry-run"});
  if (!plan)
    return complain(plan.error().message);
  std::printf("of the master that runs there a reconfig %s", render("reconfig", *plan, {}).c_str());
  return done;
}

} // namespace

int check_config(const std::string& place) {
  auto loaded = model::load_configuration(file_of(place));
  if (!loaded)
    return say_errors(loaded.error());
  std::printf("%s is good: %zu builders, %zu workers, %zu schedulers, %zu change sources\n",
              file_of(place).c_str(), loaded->builders.size(), loaded->workers.size(),
              loaded->schedulers.size(), loaded->change_source.size());
  if (fs::is_directory(place))
    if (auto master = shell_client::connect(place))
      return say_plan(*master);
  return done;
}

int dump_config(const std::string& place) {
  auto loaded = model::load_configuration(file_of(place));
  if (!loaded)
    return say_errors(loaded.error());
  std::puts(print(model::dump_configuration(*loaded)).c_str());
  return done;
}

} // namespace troupe::tool
