// util.BuilderConfig and util.BuildFactory.
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/botmaster/builders/builder.hpp"
#include "actors/config/model/part_check.hpp"
#include "actors/config/model/service_role.hpp"

namespace troupe::botmaster {

namespace types = model::types;
using model::component;
using model::component_use;
using model::part;
using model::part_check;

namespace {

/// The directory of a builder that says none: its name without what file systems dislike (§27).
std::string default_builddir(std::string_view name) {
  constexpr std::string_view unsafe = " \t!#$%&'()*+,./:;<=>?@[\\]^{|}~";
  std::string out{name};
  for (auto& c : out)
    if (unsafe.find(c) != std::string_view::npos)
      c = '_';
  return out;
}

void complete_builder(part& of, part_check& with) {
  auto single = of.text("workername");
  of.drop("workername");
  auto* names = of.given("workernames");
  auto all = names && names->is_array() ? names->get_array() : boost::json::array{};
  if (!single.empty())
    all.insert(all.begin(), to_json(single));
  if (all.empty())
    with.complain("workernames", "at least one worker is needed");
  of.set("workernames", std::move(all));
  if (of.text("builddir").empty())
    of.set("builddir", to_json(default_builddir(of.name())));
  if (of.text("workerbuilddir").empty())
    of.set("workerbuilddir", to_json(of.text("builddir")));
}

void check_builder(const part& of, part_check& with) {
  auto& names = with.names();
  auto name = of.name();
  if (name[0] == '_')
    with.complain("name", fmt::format("'{}': names beginning with '_' are reserved", name));
  std::size_t index = 0;
  for (const auto& worker : of.given("workernames")->get_array()) {
    ++index;
    if (auto text = model::as_text(worker); !names.workers.contains(text))
      with.complain(
          fmt::format("workernames[{}]", index),
          model::unknown_word("worker", text, {names.workers.begin(), names.workers.end()}));
  }
  auto builddir = of.text("builddir");
  if (auto [before, fresh] = names.builddirs.emplace(builddir, name);
      !fresh && before->second != name)
    with.complain("builddir",
                  fmt::format("'{}' is taken by builder '{}'", builddir, before->second));
  std::set<std::string_view> tags;
  if (auto* given = of.given("tags"); given && given->is_array())
    for (const auto& tag : given->get_array())
      if (auto text = model::as_text(tag); !tags.insert(text).second)
        with.complain("tags", fmt::format("'{}' is given twice", text));
  if (!names.scheduled_by_computation && !names.scheduled.contains(name))
    with.complain({}, fmt::format("no scheduler starts builder '{}'", name));
}

// Lists of steps may hold lists of steps.
void flatten(const json& steps, boost::json::array& into) {
  for (const auto& one : steps.get_array())
    if (one.is_array())
      flatten(one, into);
    else
      into.push_back(one);
}

void read_steps(json& value, part_check& with) {
  if (!value.is_array())
    return with.expected("steps", "a list of steps", value);
  boost::json::array all;
  flatten(value, all);
  value = std::move(all);
  model::check_value({"steps", types::components_of(component_use::step), "[]", ""}, value, with);
}

class builder_role final : public model::service_of<builder> {
public:
  // A build that keeps failing ends itself; it must not take its siblings along.
  void specify(runtime::child_spec& spec) const override {
    spec.children_policy.restarts_max = 1000;
    spec.stop_patience = std::chrono::seconds{20};
  }

private:
  void adjust(builder_config& made, const part&, const model::tree_context& in) const override {
    made.global_properties = in.configuration.properties;
    made.config_file = in.config_file;
    made.master = in.id;
    made.log_max_size = in.configuration.log_max_size;
    made.log_max_tail_size = in.configuration.log_max_tail_size;
  }
};

const builder_role builder_conduct;

} // namespace

extern const component builder_component, factory_component;

const component builder_component{
    .space = "util",
    .name = "BuilderConfig",
    .use = component_use::builder,
    .summary = "A builder: what is built, how, and by which workers.",
    .arguments =
        {{"name", types::string, model::required, "Its name."},
         {"workername", types::string, "null", "The worker, if it is one."},
         {"workernames", types::strings, "[]", "The workers that may build it."},
         {"factory", types::component_of(component_use::factory), model::required, "Its steps."},
         {"description", types::string, "null", "What it is for."},
         {"tags", types::text_list, "[]", "Words by which it is found."},
         {"builddir", types::string, "null", "Its folder on the master; by default from its name."},
         {"workerbuilddir", types::string, "null", "Its folder on workers; by default builddir."},
         {"env", types::map, "{}", "Environment variables of all its commands."},
         {"properties", types::map, "{}", "Properties of its builds."},
         {"defaultProperties", types::map, "{}", "Properties that nobody else sets."},
         {"collapseRequests", types::boolean_or_function, "null",
          "Whether a new request replaces older ones: function(request, other)."},
         {"nextBuild", types::function, "null",
          "The request to build next: function(b, requests)."},
         {"nextWorker", types::function, "null",
          "The worker that builds it: function(b, workers, r)."},
         {"canStartBuild", types::function, "null",
          "Whether it may start: function(b, worker, r)."},
         {"doBuildIf", types::any, "null", "Whether a build does anything at all."},
         {"locks", types::accesses, "[]", "Locks that its builds hold."}},
    .positional = {.count = 1},
    .complete = complete_builder,
    .check = check_builder,
    .role = &builder_conduct,
};

const component factory_component{
    .space = "util",
    .name = "BuildFactory",
    .use = component_use::factory,
    .summary = "The steps of a build, in order; factory:addStep(step) adds one.",
    .arguments = {{"steps", types::components_of(component_use::step), "[]", "The steps.",
                   read_steps},
                  {"workdir", types::string, "\"build\"", "Folder of its commands on the worker."}},
    .positional = {.rest = "steps"},
};

} // namespace troupe::botmaster
