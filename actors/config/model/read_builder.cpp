#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/read_parts.hpp"
#include "actors/config/model/step_schema.hpp"

namespace troupe::model {

namespace {

// An empty table is a list; where a map belongs it is an empty map.
json argument(const step_schema* schema, std::string_view name, const json& given) {
  auto known = schema ? schema->find(name) : nullptr;
  bool empty_list = given.is_array() && given.get_array().empty();
  // {[0] = SUCCESS, [1] = WARNINGS} has numbers for keys, and {[1] = …} alone is a list to Lua.
  if (name == "decodeRC" && given.is_array()) {
    boost::json::object codes;
    for (std::size_t i = 0; i < given.get_array().size(); ++i)
      codes.emplace(std::to_string(i + 1), given.get_array()[i]);
    return codes;
  }
  return known && known->kind == argument_kind::map && empty_list ? json(boost::json::object{})
                                                                  : given;
}

// Steps for several codebases have to differ: "git-CODEBASE".
void name_by_codebase(step& git) {
  auto codebase = git.arguments.find("codebase");
  if (codebase == git.arguments.end() || codebase->second.is_null() || codebase->second == json(""))
    return;
  auto part = codebase->second;
  auto name = git.arguments.try_emplace("name", step_argument(git, "name")).first->second;
  git.arguments["name"] =
      boost::json::object{{"$", "Interpolate"},
                          {"fmt", "%(kw:name)s-%(kw:codebase)s"},
                          {"kwargs", boost::json::object{{"name", name}, {"codebase", part}}}};
  git.arguments.try_emplace("descriptionSuffix", part);
}

void read_steps(const json& parts, factory& out, const std::string& path, part_reader& from) {
  std::size_t index = 0;
  for (const auto& part : parts.as_array()) {
    auto key = fmt::format("{}[{}]", path, ++index);
    auto schema = find_step_schema(class_of(part));
    if (!schema) {
      if (part.is_array())
        read_steps(part, out, key, from);
      else
        from.errors().add(from.at(), key, found_instead("a step", part));
      continue;
    }
    step made;
    made.kind = schema->kind;
    made.at = part_reader{part, key, from.at(), from.errors()}.at();
    for (const auto& [name, value] : part.get_object())
      if (name != "$" && name != "@")
        made.arguments.emplace(view(name), argument(schema, view(name), value));
    if (made.kind == "Git")
      name_by_codebase(made);
    out.steps.push_back(std::move(made));
  }
}

factory read_factory(part_reader& from) {
  factory out;
  auto part = from.need("factory");
  if (!part)
    return out;
  if (class_of(*part) != "BuildFactory") {
    from.wrong("factory", "a util.BuildFactory", *part);
    return out;
  }
  part_reader own{*part, from.path_to("factory"), from.at(), from.errors()};
  own.text("workdir", out.workdir);
  if (auto steps = own.find("steps"); steps && steps->is_array())
    read_steps(*steps, out, own.path_to("steps"), own);
  else if (steps)
    own.wrong("steps", "a list of steps", *steps);
  own.finish();
  return out;
}

void read_workers(part_reader& from, builder& out) {
  std::string single;
  from.text("workername", single);
  if (!single.empty())
    out.worker_names.push_back(single);
  if (auto names = from.find("workernames"); names && names->is_string())
    out.worker_names.emplace_back(view(names->get_string()));
  else
    from.texts("workernames", out.worker_names);
  if (out.worker_names.empty())
    from.complain("workernames", "at least one worker is needed");
}

void optional_call(part_reader& from, std::string_view name, std::optional<computed>& out) {
  auto found = from.find(name);
  if (found && !found->is_bool() && class_of(*found) != "function")
    from.wrong(name, "true, false or a function", *found);
  else if (found)
    out = *found;
}

} // namespace

std::string default_builddir(std::string_view name) {
  constexpr std::string_view unsafe = " \t!#$%&'()*+,./:;<=>?@[\\]^{|}~";
  std::string out{name};
  for (auto& c : out)
    if (unsafe.find(c) != std::string_view::npos)
      c = '_';
  return out;
}

builder read_builder(const json& part, const std::string& path, const place& at,
                     complaints& errors) {
  builder out;
  if (class_of(part) != "BuilderConfig") {
    errors.add(at, path, found_instead("a util.BuilderConfig", part));
    return out;
  }
  part_reader from{part, path, at, errors};
  out.at = from.at();
  from.text("name", out.name, true);
  from.text("description", out.description);
  from.texts("tags", out.tags);
  read_workers(from, out);
  out.builddir = default_builddir(out.name);
  from.text("builddir", out.builddir);
  out.workerbuilddir = out.builddir;
  from.text("workerbuilddir", out.workerbuilddir);
  out.factory = read_factory(from);
  from.map("env", out.env);
  from.map("properties", out.properties);
  from.map("defaultProperties", out.default_properties);
  optional_call(from, "collapseRequests", out.collapse_requests);
  from.function("nextBuild", out.next_build);
  from.function("nextWorker", out.next_worker);
  from.function("canStartBuild", out.can_start_build);
  from.any("doBuildIf", out.do_build_if);
  out.locks = boost::json::array{};
  if (auto locks = from.find("locks"); locks && (locks->is_array() || locks->is_object()))
    out.locks = *locks;
  else if (locks)
    from.wrong("locks", "a list of lock accesses", *locks);
  from.finish();
  return out;
}

} // namespace troupe::model
