#include "actors/config/lua/lua_object.hpp"
#include "actors/config/model/step_schema.hpp"

namespace troupe::model {

namespace {

std::vector<lua_class> make_classes() {
  using enum object_kind;
  std::vector<lua_class> all{
      {"worker", "Worker", plain, {"name", "password"}},
      {"changes", "PBChangeSource", plain, {"port", "user", "passwd", "name", "prefix"}},
      {"schedulers", "SingleBranchScheduler", plain, {"name"}},
      {"schedulers", "AnyBranchScheduler", plain, {"name"}},
      {"schedulers", "ForceScheduler", plain, {"name", "builderNames"}},
      {"util", "BuilderConfig", plain, {"name"}},
      {"util", "BuildFactory", factory, {}, "steps"},
      {"util", "ChangeFilter", plain},
      {"util", "MasterLock", lock, {"name", "maxCount"}},
      {"util", "WorkerLock", lock, {"name", "maxCount", "maxCountForWorker"}},
      {"util", "Access", renderable, {"lock", "mode", "count"}},
      {"util", "Property", renderable, {"name", "default", "defaultWhenFalse"}},
      {"util", "Interpolate", renderable, {"fmt"}, "args", "kwargs"},
      {"util", "WithProperties", renderable, {"fmt"}, "args", "kwargs"},
      {"util", "Secret", renderable, {"name"}},
      {"util", "renderer", renderable, {"function"}, "args"},
      {"util", "Transform", renderable, {"function"}, "args"},
      {"util", "FlattenList", renderable, {"list"}, "", "", true},
      {"util", "Operator", renderable, {"op", "a", "b"}},
  };
  for (auto name :
       {"FixedParameter", "StringParameter", "TextParameter", "IntParameter", "BooleanParameter",
        "UserNameParameter", "ChoiceStringParameter", "NestedParameter", "AnyPropertyParameter"})
    all.push_back({"util", name, plain, {"name"}});
  all.push_back({"util", "CodebaseParameter", plain, {"codebase"}});
  for (const auto& schema : step_schemas())
    all.push_back({"steps", schema.kind, plain, schema.positional});
  return all;
}

} // namespace

const std::vector<lua_class>& lua_classes() {
  static const auto all = make_classes();
  return all;
}

} // namespace troupe::model
