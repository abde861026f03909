// util.MasterLock, util.WorkerLock and the access to them (semantics.md §8).
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/model.hpp"
#include "actors/config/model/part_check.hpp"
#include "actors/config/model/renderable_role.hpp"

namespace troupe::botmaster {

namespace types = model::types;
using model::component;
using model::component_use;

namespace {

void read_counts(json& value, model::part_check& with) {
  auto* counts = model::as_map(value);
  if (!counts)
    return with.expected("maxCountForWorker", "a map", value);
  for (const auto& [name, count] : *counts)
    if (!count.is_int64() || count.get_int64() < 1)
      with.expected(fmt::format("maxCountForWorker.{}", model::view(name)),
                    "a whole number from 1 on", count);
  value = boost::json::object{*counts};
}

std::vector<model::argument> lock_arguments(const std::vector<model::argument>& more = {}) {
  return model::with({{"name", types::string, model::required, "Its name."},
                      {"maxCount", types::count, "1", "How often it may be held at once."}},
                     more);
}

/// A lock is taken by name: an access has no other value than itself.
class access_role final : public model::renderable_role {
public:
  json value(const json& in, model::renderer&) const override { return in; }
};

const access_role access_conduct;

} // namespace

extern const component master_lock, worker_lock, access;

const component master_lock{
    .space = "util",
    .name = "MasterLock",
    .use = component_use::lock,
    .summary = "A lock for the whole master; lock:access(\"counting\") uses it.",
    .arguments = lock_arguments(),
    .positional = {.count = 2},
};

const component worker_lock{
    .space = "util",
    .name = "WorkerLock",
    .use = component_use::lock,
    .summary = "A lock of each worker.",
    .arguments =
        lock_arguments({{"maxCountForWorker", types::map, "{}",
                         "Other counts for some workers: { name = count }.", read_counts}}),
    .positional = {.count = 3},
};

const component access{
    .space = "util",
    .name = "Access",
    .use = component_use::renderable,
    .summary = "The use of a lock: written lock:access(mode, count).",
    .arguments = {{"lock", types::any, model::required, "The lock."},
                  {"mode", types::one_of({"counting", "exclusive"}), model::required,
                   "Whether others may hold it at the same time."},
                  {"count", types::integer, "1", "How much of it is held."}},
    .positional = {.count = 3},
    .role = &access_conduct,
};

} // namespace troupe::botmaster
