// `troupe create-master`: a folder that works as it is.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace fs = std::filesystem;

namespace {

constexpr const char* sample = R"lua(-- What this master does.
-- After a change: troupe checkconfig DIR, then troupe reconfig DIR.
-- Names are Buildbot's, and so is their meaning.
local c = BuildmasterConfig

c.title = "Hello"
c.buildbotURL = "http://localhost:8010/"

-- Workers connect here, and so do the senders of changes.
c.protocols = { pb = { port = 9989 } }

-- A worker of this name is made by:
--   buildbot-worker create-worker worker localhost example-worker pass
c.workers = {
  worker.Worker{ "example-worker", "pass", max_builds = 2 },
}

-- Changes come from: troupe sendchange -m localhost:9989 -W you -b main FILE
c.change_source = {
  changes.PBChangeSource{ user = "change", passwd = "changepw" },
}

-- A change to the branch "main" is built when nothing more has come for five seconds.
-- On demand: troupe shell DIR force force hello
c.schedulers = {
  schedulers.SingleBranchScheduler{
    name = "main",
    change_filter = util.ChangeFilter{ branch = "main" },
    treeStableTimer = 5,
    builderNames = { "hello" },
  },
  schedulers.ForceScheduler{ name = "force", builderNames = { "hello" } },
}

local hello = util.BuildFactory{}
hello:addStep(steps.ShellCommand{ name = "greet", command = { "echo", "hello" } })
hello:addStep(steps.ShellCommand{
  name = "look",
  command = "uname -a; pwd; ls -l",
  haltOnFailure = true,
})

c.builders = {
  util.BuilderConfig{ name = "hello", workernames = { "example-worker" }, factory = hello },
}
)lua";

} // namespace

int create_master(const std::string& folder) {
  fs::path where{folder};
  std::error_code bad;
  if (fs::exists(where) && !fs::is_directory(where))
    return complain(fmt::format("{} is not a folder", folder));
  if (fs::exists(where) && !fs::is_empty(where, bad))
    return complain(fmt::format("{} is not empty; nothing was changed", folder));
  if (!fs::exists(where) && !fs::create_directory(where, bad))
    return complain(fmt::format("{}: {}", folder, bad.message()));
  std::ofstream out{where / "master.lua"};
  out << sample;
  out.close();
  if (!out)
    return complain(fmt::format("{}/master.lua: {}", folder, std::strerror(errno)));
  fs::permissions(where / "master.lua", fs::perms::owner_read | fs::perms::owner_write, bad);
  std::printf("made %s; next: look at master.lua in it, then troupe start %s\n", folder.c_str(),
              folder.c_str());
  return done;
}

} // namespace troupe::tool
