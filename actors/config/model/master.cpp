// BuildmasterConfig: its keys, how they are read, and the rules across parts.
#include "actors/config/model/master.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/map_reader.hpp"
#include "actors/config/model/part_check.hpp"

namespace troupe::model {

using boost::json::array;
using boost::json::object;

namespace {

void read_protocols(json& value, part_check& with) {
  object out;
  map_reader protocols{value, with.path() + ".protocols", with.at(), with.errors()};
  if (!as_map(value)) {
    with.expected("protocols", "a map of protocols", value);
  } else if (auto pb = protocols.find("pb")) {
    array ports;
    map_reader own{*pb, protocols.path_to("pb"), with.at(), with.errors()};
    auto add = [&](const json& one) {
      if (auto port = read_port_text(one))
        ports.emplace_back(*port);
      else
        own.expected("port", "a port, a number or text,", one);
    };
    if (auto port = own.need("port"); port && port->is_array())
      for (const auto& one : port->get_array())
        add(one);
    else if (port)
      add(*port);
    own.finish();
    out.emplace("pb", object{{"ports", std::move(ports)}});
  }
  protocols.finish();
  value = std::move(out);
}

// Not Buildbot's: what is kept of the messages (docs/JOURNAL.md).
void read_journal(json& value, part_check& with) {
  constexpr std::int64_t bytes_least = 1 << 20;
  runtime::journal_settings out;
  if (value.is_bool()) {
    out.on = value.get_bool();
  } else if (!as_map(value)) {
    with.expected("journal", "true, false or a map", value);
  } else {
    map_reader own{value, with.path() + ".journal", with.at(), with.errors()};
    own.boolean("enabled", out.on);
    own.integer("maxSize", out.limits.bytes_max, bytes_least);
    own.seconds("maxAge", out.limits.age_max);
    own.finish();
  }
  value = to_json(out);
}

void read_caches(json& value, part_check& with) {
  auto* sizes = as_map(value);
  object out;
  if (!sizes)
    with.expected("caches", "a map", value);
  else
    for (const auto& [name, size] : *sizes)
      if (size.is_int64() && size.get_int64() > 0)
        out.emplace(name, size);
      else
        with.expected(fmt::format("caches.{}", view(name)), "a whole number from 1 on", size);
  value = std::move(out);
}

// A single change source may stand without a list.
void read_change_sources(json& value, part_check&) {
  if (find_component(component_use::change_source, class_of(value)))
    value = array{value};
}

} // namespace

std::optional<std::string> read_port_text(const json& value) {
  if (value.is_int64() && value.get_int64() >= 0 && value.get_int64() < 65536)
    return std::to_string(value.get_int64());
  if (value.is_string() && !value.get_string().empty())
    return std::string{view(value.get_string())};
  return std::nullopt;
}

const component buildmaster_config{
    .name = "BuildmasterConfig",
    .use = component_use::master,
    .summary = "The configuration as a whole: the keys of the table BuildmasterConfig.",
    .arguments = {{"title", types::string, "\"Buildbot\"", "Name of the project."},
                  {"titleURL", types::string, "\"\"", "Page of the project."},
                  {"buildbotURL", types::string, "\"http://localhost:8010/\"",
                   "Where this master's pages are."},
                  {"protocols", types::map, "{}", "Ports for workers: { pb = { port = 9989 } }.",
                   read_protocols},
                  {"workers", types::components_of(component_use::worker), "[]", "The workers."},
                  {"change_source", types::components_of(component_use::change_source), "[]",
                   "Where changes come from: one, or a list.", read_change_sources},
                  {"schedulers", types::components_of(component_use::scheduler), "[]",
                   "What starts builds."},
                  {"builders", types::components_of(component_use::builder), "[]",
                   "What is built, and how."},
                  {"properties", types::map, "{}", "Properties of every build."},
                  {"collapseRequests", types::boolean_or_function, "null",
                   "Whether a new request replaces older ones; builders may say otherwise."},
                  {"prioritizeBuilders", types::function, "null",
                   "The order in which builders get free workers."},
                  {"codebaseGenerator", types::function, "null", "The codebase of a change."},
                  {"revlink", types::any, "null", "The link to a revision."},
                  {"caches", types::map, "{}", "Entries that each cache may keep, by its name.",
                   read_caches},
                  {"logMaxSize", types::count, "null",
                   "Bytes of a log, then it is cut; none: no limit."},
                  {"logMaxTailSize", types::count, "null",
                   "Bytes that are kept of the end of a cut log."},
                  {"logEncoding", types::string, "\"utf-8\"", "Encoding of what workers print."},
                  {"journal", types::any, "{}",
                   "Whether messages are recorded: true, false or { enabled, maxSize, maxAge }.",
                   read_journal}},
};

namespace {

/// Reads the keys of the configuration: each is complained about where it was assigned, and then
/// left out, so that the others are checked all the same.
class master_reader {
public:
  master_reader(const raw_configuration& raw, complaints& errors) : raw_{raw}, errors_{errors} {}

  master read() {
    part whole;
    whole.class_name = buildmaster_config.name;
    for (const auto& [key, value] : raw_.table.get_object())
      if (auto* argument = buildmaster_config.find(view(key)))
        if (auto read = read_key(*argument, value); !read.is_null())
          whole.set(view(key), std::move(read));
    for (const auto& [key, value] : raw_.table.get_object())
      if (!buildmaster_config.find(view(key)))
        complain_unknown(view(key));
    master out;
    if (auto done = read_settings(whole, buildmaster_config, ops_of<master>(), &out); !done)
      errors_.add(raw_.at, "c", done.error().message);
    for (const auto& [printed, definition] : raw_.locks)
      if (part made; of_json(made, definition))
        out.locks.push_back(std::move(made));
    return out;
  }

private:
  part_check check_of(std::string_view key) {
    auto found = raw_.assigned.find(std::string{key});
    return {"c", found == raw_.assigned.end() ? raw_.at : found->second, errors_, names_};
  }

  void complain_unknown(std::string_view key) {
    std::vector<std::string_view> known;
    for (const auto& one : buildmaster_config.arguments)
      known.push_back(one.name);
    std::sort(known.begin(), known.end());
    check_of(key).complain(key, unknown_word("key", key, known));
  }

  json read_key(const argument& of, json value) {
    auto with = check_of(of.name);
    auto before = errors_.count();
    if (value.is_null())
      return value;
    if (of.type.kind != argument_kind::components) {
      check_value(of, value, with);
      return errors_.count() == before ? value : json(nullptr);
    }
    if (of.read)
      of.read(value, with);
    if (!value.is_array()) {
      with.expected(of.name, "a list", value);
      return nullptr;
    }
    array kept;
    std::size_t index = 0;
    for (auto& one : value.get_array()) {
      ++index;
      if (find_component(of.type.use, class_of(one)))
        kept.push_back(std::move(one));
      else
        with.expected(fmt::format("{}[{}]", of.name, index), wanted_component(of.type.use), one);
    }
    return kept;
  }

  const raw_configuration& raw_;
  complaints& errors_;
  configuration_names names_;
};

} // namespace

master read_master(const raw_configuration& raw, complaints& errors) {
  if (!raw.table.is_object()) {
    errors.add(raw.at, "c", "BuildmasterConfig is empty");
    return {};
  }
  return master_reader{raw, errors}.read();
}

std::vector<lock> locks_of(const master& of) {
  std::vector<lock> out;
  for (const auto& one : of.locks) {
    const auto& is = component_of(one, component_use::lock);
    out.push_back(settings_of<lock>(one, is));
    out.back().per_worker = is.find("maxCountForWorker") != nullptr;
  }
  return out;
}

const component& component_of(const part& of, component_use use) {
  auto* found = find_component(use, of.class_name);
  if (!found)
    throw std::logic_error{found_instead(wanted_component(use), json{{"$", of.class_name}})};
  return *found;
}

} // namespace troupe::model
