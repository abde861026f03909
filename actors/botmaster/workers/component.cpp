// worker.Worker.
#include <fmt/format.h>

#include "actors/botmaster/workers/worker.hpp"
#include "actors/config/model/part_check.hpp"
#include "actors/config/model/service_role.hpp"
#include "actors/workers/worker_manager.hpp"

namespace troupe::botmaster {

namespace types = model::types;
using model::part;
using model::part_check;

namespace {

constexpr std::size_t worker_name_max = 50;

// None: never missing.
void read_missing_timeout(json& value, part_check& with) {
  if (value.is_null())
    value = 0;
  model::check_value({"missing_timeout", types::seconds, "3600", ""}, value, with);
}

// Locks of a worker are known before a build is: they cannot be computed for it.
void read_locks(json& value, part_check& with) {
  model::check_value({"locks", types::accesses, "[]", ""}, value, with);
  if (value.is_object())
    with.expected("locks", "a list of lock accesses", value);
}

void check_worker(const part& of, part_check& with) {
  auto name = of.name();
  if (!model::is_identifier(name) || name.size() > worker_name_max)
    with.complain("name", fmt::format("an identifier of at most {} characters expected, found '{}'",
                                      worker_name_max, name));
  for (std::string_view reserved : {"debug", "change", "status"})
    if (name == reserved)
      with.complain("name", fmt::format("'{}' is reserved", name));
}

class worker_role final : public model::service_of<worker> {
public:
  std::vector<model::pb_login> pb_logins(const part& of, const model::component& is,
                                         const std::string&) const override {
    return {{of.name(), std::string{model::as_text(model::value_of(of, is, "password"))},
             std::string{workers::workers_path}, true, std::nullopt}};
  }

private:
  void adjust(worker_config& made, const part& of, const model::tree_context& in) const override {
    auto builders = in.builders_of_worker.find(of.name());
    if (builders != in.builders_of_worker.end())
      for (const auto* one : builders->second)
        made.builders.push_back({one->name(), one->text("workerbuilddir")});
  }
};

const worker_role worker_conduct;

} // namespace

extern const model::component worker_component;
const model::component worker_component{
    .space = "worker",
    .name = "Worker",
    .use = model::component_use::worker,
    .summary = "A machine that builds: a buildbot-worker that connects to this master.",
    .arguments =
        {{"name", types::string, model::required, "Its name, by which it logs in."},
         {"password", types::secret, model::required, "Its password."},
         {"max_builds", types::count, "null", "Builds that it runs at once; None: any number."},
         {"properties", types::map, "{}", "Properties of builds on it."},
         {"defaultProperties", types::map, "{}", "Properties that nobody else sets."},
         {"notify_on_missing", types::strings, "[]", "Addresses to tell when it is missing."},
         {"missing_timeout", types::seconds, "3600",
          "Seconds without a connection until it is missing; None: never.", read_missing_timeout},
         {"keepalive_interval", types::seconds, "3600", "Seconds between signs of life."},
         {"locks", types::accesses, "[]", "Locks that every build on it holds.", read_locks}},
    .positional = {.count = 2},
    .check = check_worker,
    .role = &worker_conduct,
};

} // namespace troupe::botmaster
