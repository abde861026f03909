#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::data {

using records::worker;

namespace {

bool worker_is_on(const worker& one, const reading& of, const captures& in) {
  auto builder = in.has("builderid") || in.has("buildername") ? builder_in(of, in) : std::nullopt;
  bool any_builder = !in.has("builderid") && !in.has("buildername");
  return std::any_of(one.configured_on.begin(), one.configured_on.end(), [&](const auto& place) {
    return (!in.has("masterid") || place.master == master_id{in.number("masterid")})
           && (any_builder || (builder && place.builder == builder->id));
  });
}

std::vector<worker> all_workers(const reading& of, const captures&, const scan&) {
  return storage::all_workers(of.from);
}

std::vector<worker> configured_workers(const reading& of, const captures& in, const scan&) {
  auto found = storage::all_workers(of.from);
  std::erase_if(found, [&](const worker& one) { return !worker_is_on(one, of, in); });
  return found;
}

std::optional<worker> configured_worker(const reading& of, const captures& in) {
  auto found = worker_in(of, in);
  return found && worker_is_on(*found, of, in) ? found : std::nullopt;
}

value connections_of(const worker& x) {
  boost::json::array out;
  for (auto master : x.connected_to)
    out.push_back(boost::json::object{{"masterid", master.value}});
  return json(std::move(out));
}

value configured_places(const worker& x) {
  boost::json::array out;
  for (const auto& one : x.configured_on)
    out.push_back(
        boost::json::object{{"masterid", one.master.value}, {"builderid", one.builder.value}});
  return json(std::move(out));
}

} // namespace

const entity& workers() {
  static const entity made = [] {
    auto fields = entity_of<worker>{"worker", "workers"}
                      .shows("workerid", &worker::id)
                      .shows("name", &worker::name)
                      .shows("connected_to", value_type::list, connections_of)
                      .shows("configured_on", value_type::list, configured_places)
                      .shows("workerinfo", &worker::info)
                      .shows("paused", &worker::paused)
                      .shows("pause_reason", &worker::pause_reason)
                      .shows("graceful", &worker::graceful)
                      .shows("last_connected", &worker::last_connected)
                      .for_shell()
                      .one("W", worker_in)
                      .many("workers", all_workers);
    for (std::string before :
         {"masters/n:masterid/", "B/", "masters/n:masterid/builders/n:builderid/",
          "masters/n:masterid/builders/s:buildername/"}) {
      fields.many(before + "workers", configured_workers);
      fields.one(before + "workers/n:workerid", configured_worker);
      fields.one(before + "workers/i:workername", configured_worker);
    }
    return fields.done();
  }();
  return made;
}

} // namespace troupe::data
