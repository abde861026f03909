#include "storage/schema.hpp"

#include <array>

#include "storage/codec.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/operation.hpp"
#include "storage/records/scheduler.hpp"
#include "storage/records/sourcestamp.hpp"
#include "storage/records/state.hpp"
#include "storage/table.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::storage {

namespace {

using entries = std::vector<index_entry>;
using enum index_number;

template <class Id, class... Parts>
void add(entries& out, index_number to, Id id, const Parts&... parts) {
  out.push_back({to, key_of(parts..., id)});
}

// Tables that no index covers.
template <class Record>
void index(const Record&, entries&) {}

void index(const records::change& x, entries& out) {
  add(out, changes_by_sourcestamp, x.id, x.sourcestamp);
  add(out, changes_by_branch, x.id, branch_digest(x));
}

void index(const records::sourcestamp& x, entries& out) {
  if (!x.patch)
    add(out, sourcestamps_by_content, x.id, content_digest(x));
}

void index(const records::buildset& x, entries& out) {
  if (!x.complete)
    add(out, buildsets_incomplete, x.id);
  if (x.parent_buildid)
    add(out, buildsets_by_parent, x.id, *x.parent_buildid);
}

void index(const records::buildrequest& x, entries& out) {
  add(out, requests_by_buildset, x.id, x.buildset);
  add(out, requests_by_builder, x.id, x.builder);
  if (!x.complete)
    add(out, requests_open, x.id, x.builder);
}

void index(const records::build& x, entries& out) {
  add(out, builds_by_number, x.id, x.builder, x.number);
  add(out, builds_by_request, x.id, x.request);
  add(out, builds_by_worker, x.id, x.worker);
  if (!x.complete_at)
    add(out, builds_incomplete, x.id);
}

void index(const records::step& x, entries& out) {
  add(out, steps_by_build, x.id, x.build, x.number);
}

void index(const records::log& x, entries& out) {
  add(out, logs_by_step, x.id, x.step);
}

void index(const records::builder& x, entries& out) {
  add(out, builders_by_name, x.id, x.name);
}

void index(const records::worker& x, entries& out) {
  add(out, workers_by_name, x.id, x.name);
}

void index(const records::scheduler& x, entries& out) {
  add(out, schedulers_by_name, x.id, x.name);
}

void index(const records::master& x, entries& out) {
  add(out, masters_by_name, x.id, x.name);
}

void index(const records::user& x, entries& out) {
  add(out, users_by_identifier, x.id, x.identifier);
}

template <class Record>
constexpr table_info info(std::string_view name) {
  return {table_traits<Record>::number, name,
          [](std::string_view value, entries& out) { index(unpack<Record>(value), out); },
          [](std::string_view value) { return to_json(unpack<Record>(value)); }};
}

constexpr std::array tables{
    info<records::meta>("meta"),
    info<records::change>("changes"),
    info<records::sourcestamp>("sourcestamps"),
    info<records::patch>("patches"),
    info<records::buildset>("buildsets"),
    info<records::buildrequest>("buildrequests"),
    info<records::build>("builds"),
    info<records::step>("steps"),
    info<records::log>("logs"),
    info<records::builder>("builders"),
    info<records::worker>("workers"),
    info<records::scheduler>("schedulers"),
    info<records::scheduler_change>("scheduler_changes"),
    info<records::master>("masters"),
    info<records::user>("users"),
    info<records::object_state>("object_states"),
    info<records::service_state>("service_states"),
    info<records::reconfiguration>("reconfigurations"),
    info<records::act>("acts"),
};

constexpr std::array indexes{
    index_info{changes_by_sourcestamp, "changes.by_sourcestamp"},
    index_info{changes_by_branch, "changes.by_branch"},
    index_info{sourcestamps_by_content, "sourcestamps.by_content"},
    index_info{buildsets_incomplete, "buildsets.incomplete"},
    index_info{buildsets_by_parent, "buildsets.by_parent"},
    index_info{requests_by_buildset, "buildrequests.by_buildset"},
    index_info{requests_by_builder, "buildrequests.by_builder"},
    index_info{requests_open, "buildrequests.open"},
    index_info{builds_by_number, "builds.by_number"},
    index_info{builds_by_request, "builds.by_request"},
    index_info{builds_by_worker, "builds.by_worker"},
    index_info{builds_incomplete, "builds.incomplete"},
    index_info{steps_by_build, "steps.by_build"},
    index_info{logs_by_step, "logs.by_step"},
    index_info{builders_by_name, "builders.by_name"},
    index_info{workers_by_name, "workers.by_name"},
    index_info{schedulers_by_name, "schedulers.by_name"},
    index_info{masters_by_name, "masters.by_name"},
    index_info{users_by_identifier, "users.by_identifier"},
};

template <class Infos>
constexpr bool in_order(const Infos& infos) {
  for (std::size_t i = 0; i < infos.size(); ++i)
    if (static_cast<std::size_t>(infos[i].number) != i)
      return false;
  return true;
}

static_assert(in_order(tables) && in_order(indexes), "they are looked up by their place");

} // namespace

std::span<const table_info> all_tables() {
  return tables;
}

std::span<const index_info> all_indexes() {
  return indexes;
}

const table_info* find_table(std::uint16_t number) {
  return number < tables.size() ? &tables[number] : nullptr;
}

} // namespace troupe::storage
