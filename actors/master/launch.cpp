#include "actors/master/launch.hpp"

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <unistd.h>

#include "actors/config/lua/loader.hpp"
#include "actors/config/model/secret_redaction.hpp"
#include "actors/master/recovery.hpp"
#include "actors/master/tree.hpp"
#include "runtime/cell/system.hpp"
#include "runtime/io/files.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/journal/recorder.hpp"
#include "runtime/replay/journal_query_service.hpp"
#include "storage/records/builder.hpp"
#include "storage/wall_time.hpp"

namespace troupe::master {

namespace {

std::string host_name() {
  char name[256] = "localhost";
  ::gethostname(name, sizeof name - 1);
  return name;
}

/// Where the threads of the system tell this one how it goes.
class run_outcome {
public:
  void ended(std::string reason) {
    std::lock_guard guard{lock_};
    reason_ = std::move(reason);
    changed_.notify_all();
  }
  std::string wait() {
    std::unique_lock guard{lock_};
    changed_.wait(guard, [this] { return reason_.has_value(); });
    return *reason_;
  }

private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::optional<std::string> reason_;
};

} // namespace

int run_master(const launch_options& options) {
  runtime::logger log{options.log,
                      options.json_log ? runtime::logger::form::json : runtime::logger::form::text,
                      options.least};
  bool up = false;
  auto say = [&](runtime::level severity, std::string message) {
    log.write({wall_time(), severity, "troupe", std::move(message)});
  };
  auto refuse = [&](std::string message) {
    say(runtime::level::error, message);
    if (!up && options.refused)
      options.refused(message);
    return 1;
  };
  auto loaded = model::load_configuration(options.config_file);
  if (!loaded)
    return refuse(loaded.error().message);
  auto folder = std::filesystem::canonical(options.folder).string();
  auto config_file = std::filesystem::absolute(options.config_file).string();
  std::filesystem::current_path(folder); // relative paths of steps are below it
  auto store = storage::store::open(folder + "/store");
  if (!store)
    return refuse(store.error().message);
  auto name = host_name() + ":" + folder;
  auto found = recover(**store, name, wall_time());
  if (!found)
    return refuse(found.error().message);
  if (found->builds > 0 || found->requests > 0)
    say(runtime::level::warning,
        fmt::format("the last run left {} builds running (ended as retry) and {} requests claimed "
                    "(free again)",
                    found->builds, found->requests));
  master_environment given{folder, config_file, found->id, name,
                           static_cast<std::int64_t>(::getuid())};
  auto settings = loaded->journal;
  runtime::kind_registry kinds;
  add_kinds(kinds);
  run_outcome how;
  std::string reason;
  {
    runtime::system sys{kinds, log, {}};
    sys.use(store->get());
    io::io_loop io_loop{sys};
    io::files files{sys};
    runtime::recorder recorder{
        sys.journal(),
        folder + "/journal",
        {TROUPE_VERSION, name, ::getpid(), wall_time(), 0, sys.options().seed},
        say};
    sys.use(&recorder);
    recorder.apply(settings);
    runtime::journal_query_service journal_query_service{sys};
    sys.when_up([&] {
      up = true;
      say(runtime::level::info, "up: " + name);
      if (options.ready)
        options.ready();
    });
    model::seal_secrets(*loaded, sys.secrets());
    sys.start(wanted_root(std::move(*loaded), given),
              [&](std::string why) { how.ended(std::move(why)); });
    reason = how.wait();
  }
  if (!reason.empty())
    return refuse(reason);
  if (auto last = store->get()->apply(
          storage::batch{}.put(records::master{found->id, name, false, wall_time()}));
      !last)
    return refuse(last.done.error().message);
  say(runtime::level::info, "stopped");
  return 0;
}

} // namespace troupe::master
