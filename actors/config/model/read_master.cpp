#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/read_parts.hpp"

namespace troupe::model {

namespace {

worker read_worker(const json& part, const std::string& path, const place& at, complaints& errors) {
  worker out;
  if (class_of(part) != "Worker") {
    errors.add(at, path, found_instead("a worker.Worker", part));
    return out;
  }
  part_reader from{part, path, at, errors};
  out.at = from.at();
  from.text("name", out.name, true);
  if (auto password = from.need("password")) {
    out.password = *password;
    if (!password->is_string() && class_of(*password).empty())
      from.wrong("password", "text", *password);
  }
  from.whole("max_builds", out.max_builds, 1);
  from.map("properties", out.properties);
  from.map("defaultProperties", out.default_properties);
  if (auto whom = from.find("notify_on_missing"); whom && whom->is_string())
    out.notify_on_missing.emplace_back(view(whom->get_string()));
  else
    from.texts("notify_on_missing", out.notify_on_missing);
  if (auto patience = from.find_or_null("missing_timeout"); patience && patience->is_null())
    out.missing_timeout = span{0};
  from.seconds("missing_timeout", out.missing_timeout);
  from.seconds("keepalive_interval", out.keepalive_interval);
  if (auto locks = from.find("locks"); locks && locks->is_array())
    out.locks.assign(locks->get_array().begin(), locks->get_array().end());
  else if (locks)
    from.wrong("locks", "a list of lock accesses", *locks);
  from.finish();
  return out;
}

// "9989" or 9989; text is Twisted's description of where to listen.
void read_port(part_reader& from, std::string_view name, const json& value,
               std::vector<std::string>& out) {
  if (value.is_int64() && value.get_int64() >= 0 && value.get_int64() < 65536)
    out.push_back(std::to_string(value.get_int64()));
  else if (value.is_string() && !value.get_string().empty())
    out.emplace_back(view(value.get_string()));
  else
    from.wrong(name, "a port, a number or text,", value);
}

change_source read_change_source(const json& part, const std::string& path, const place& at,
                                 complaints& errors) {
  change_source out;
  out.kind = class_of(part);
  if (out.kind != "PBChangeSource") {
    errors.add(at, path, found_instead("a change source", part));
    return out;
  }
  part_reader from{part, path, at, errors};
  out.at = from.at();
  from.text("user", out.user);
  if (auto password = from.find("passwd"))
    out.password = *password;
  if (auto port = from.find("port")) {
    std::vector<std::string> ports;
    read_port(from, "port", *port, ports);
    if (!ports.empty())
      out.port = ports[0];
  }
  from.text("prefix", out.prefix);
  out.name = out.port ? fmt::format("PBChangeSource:{}:{}", out.user, *out.port)
                      : "PBChangeSource:" + out.user;
  from.text("name", out.name);
  from.finish();
  return out;
}

pb_protocol read_protocols(part_reader& from, const place& at) {
  pb_protocol out;
  auto given = from.find("protocols");
  if (!given)
    return out;
  auto entries = as_map(*given);
  if (!entries) {
    from.wrong("protocols", "a map of protocols", *given);
    return out;
  }
  part_reader protocols{*given, from.path_to("protocols"), at, from.errors()};
  if (auto pb = protocols.find("pb")) {
    part_reader own{*pb, protocols.path_to("pb"), at, from.errors()};
    if (auto port = own.need("port"); port && port->is_array())
      for (const auto& one : port->get_array())
        read_port(own, "port", one, out.ports);
    else if (port)
      read_port(own, "port", *port, out.ports);
    own.finish();
  }
  protocols.finish();
  return out;
}

std::vector<lock> read_locks(const std::map<std::string, json>& definitions, const place& at,
                             complaints& errors) {
  std::vector<lock> out;
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  for (const auto& [printed, part] : definitions) {
    part_reader from{part, "util." + std::string{class_of(part)}, at, errors};
    lock made;
    made.kind = class_of(part);
    from.text("name", made.name, true);
    std::optional<std::int64_t> count;
    from.whole("maxCount", count, 1);
    made.max_count = count.value_or(1);
    if (made.kind == "WorkerLock") {
      std::map<std::string, computed> overrides;
      from.map("maxCountForWorker", overrides);
      for (const auto& [name, value] : overrides)
        if (value.is_int64() && value.get_int64() > 0)
          made.max_count_for_worker.emplace(name, value.get_int64());
        else
          from.wrong("maxCountForWorker." + name, "a whole number from 1 on", value);
    }
    from.finish();
    if (auto [other, fresh] = known.emplace(std::pair{made.kind, made.name}, out.size()); fresh)
      out.push_back(std::move(made));
    else if (!(out[other->second] == made))
      from.complain("name", fmt::format("another {} '{}' has been defined differently", made.kind,
                                        made.name));
  }
  return out;
}

template <class Part, class Read>
void read_list(part_reader& from, std::string_view name, const place& at, std::vector<Part>& out,
               Read read) {
  auto found = from.find(name);
  if (!found)
    return;
  auto path = from.path_to(name);
  // A single change source may stand without a list.
  if (found->is_object() && name == "change_source") {
    out.push_back(read(*found, path, at, from.errors()));
    return;
  }
  if (!found->is_array())
    return from.errors().add(at, path, found_instead("a list", *found));
  out.reserve(found->get_array().size());
  std::size_t index = 0;
  for (const auto& element : found->get_array())
    out.push_back(read(element, fmt::format("{}[{}]", path, ++index), at, from.errors()));
}

// Not Buildbot's: what is kept of the messages (docs/JOURNAL.md).
void read_journal(part_reader& from, const place& at, runtime::journal_settings& out) {
  auto given = from.find("journal");
  if (!given)
    return;
  if (given->is_bool()) {
    out.on = given->get_bool();
    return;
  }
  if (!as_map(*given)) {
    from.wrong("journal", "true, false or a map", *given);
    return;
  }
  constexpr std::int64_t bytes_least = 1 << 20;
  part_reader own{*given, from.path_to("journal"), at, from.errors()};
  own.truth("enabled", out.on);
  std::optional<std::int64_t> bytes_max;
  own.whole("maxSize", bytes_max, bytes_least);
  out.limits.bytes_max = bytes_max.value_or(out.limits.bytes_max);
  own.seconds("maxAge", out.limits.age_max);
  own.finish();
}

void read_scalars(part_reader& from, master& out) {
  from.text("title", out.title);
  from.text("titleURL", out.title_url);
  from.text("buildbotURL", out.buildbot_url);
  from.map("properties", out.properties);
  from.any("collapseRequests", out.collapse_requests);
  from.function("prioritizeBuilders", out.prioritize_builders);
  from.function("codebaseGenerator", out.codebase_generator);
  from.any("revlink", out.revlink);
  from.whole("logMaxSize", out.log_max_size, 1);
  from.whole("logMaxTailSize", out.log_max_tail_size, 1);
  from.text("logEncoding", out.log_encoding);
  std::map<std::string, computed> caches;
  from.map("caches", caches);
  for (const auto& [name, value] : caches)
    if (value.is_int64() && value.get_int64() > 0)
      out.caches.emplace(name, value.get_int64());
    else
      from.wrong("caches." + name, "a whole number from 1 on", value);
  if (out.collapse_requests && !out.collapse_requests->is_bool()
      && class_of(*out.collapse_requests) != "function")
    from.wrong("collapseRequests", "true, false or a function", *out.collapse_requests);
}

} // namespace

master read_master(const raw_configuration& raw, complaints& errors) {
  master out;
  if (!raw.table.is_object()) {
    errors.add(raw.at, "c", "BuildmasterConfig is empty");
    return out;
  }
  part_reader from{raw.table, "c", raw.at, errors};
  from.know_places(raw.assigned);
  read_scalars(from, out);
  read_journal(from, from.place_of("journal"), out.journal);
  out.pb = read_protocols(from, from.place_of("protocols"));
  read_list(from, "workers", from.place_of("workers"), out.workers, read_worker);
  read_list(from, "change_source", from.place_of("change_source"), out.change_sources,
            read_change_source);
  read_list(from, "schedulers", from.place_of("schedulers"), out.schedulers, read_scheduler);
  read_list(from, "builders", from.place_of("builders"), out.builders, read_builder);
  out.locks = read_locks(raw.locks, raw.at, errors);
  from.finish();
  return out;
}

} // namespace troupe::model
