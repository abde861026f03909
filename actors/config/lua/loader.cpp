#include "actors/config/lua/loader.hpp"

#include <filesystem>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/lua/evaluation.hpp"
#include "actors/config/model/check.hpp"
#include "actors/config/model/master.hpp"

namespace troupe::model {

namespace {

void load_lua(const std::string& path, const sandbox_limits& limits, loaded_configuration& out,
              complaints& errors) {
  evaluation run{path, limits};
  auto raw = run.evaluate(errors);
  out.printed = run.printed();
  if (!raw)
    return;
  out.configuration = read_master(*raw, errors);
  out.configuration.files = run.files();
}

void load_json(const std::string& path, loaded_configuration& out, complaints& errors) {
  place at{std::filesystem::path{path}.filename().string(), 0};
  auto text = read_whole_file(path);
  if (!text)
    return errors.add(at, "", text.error().message);
  boost::json::parse_options options;
  options.max_depth = 200; // functions within functions go deeper than the usual 32
  boost::json::error_code bad;
  auto parsed = boost::json::parse(*text, bad, {}, options);
  if (bad)
    return errors.add(at, "", "not JSON: " + bad.message());
  if (auto read = from_json(out.configuration, parsed); !read)
    errors.add(at, "", read.error().message);
}

} // namespace

loaded_configuration read_configuration(const std::string& path, const sandbox_limits& limits) {
  loaded_configuration out;
  complaints errors;
  bool dumped = std::filesystem::path{path}.extension() == ".json";
  if (dumped)
    load_json(path, out, errors);
  else
    load_lua(path, limits, out, errors);
  // A part that could not be read would be missed by those that name it, but what can be said of
  // the others is said at once. A file that did not run at all has no parts.
  if (errors.none() || !out.configuration.files.empty())
    check_master(out.configuration, errors, dumped);
  out.errors = errors.take();
  return out;
}

result<master> load_configuration(const std::string& path) {
  auto loaded = read_configuration(path);
  if (!loaded.errors.empty())
    return failure{errc::invalid, to_string(loaded.errors)};
  return std::move(loaded.configuration);
}

json dump_configuration(const master& of) {
  return to_json(of);
}

} // namespace troupe::model
