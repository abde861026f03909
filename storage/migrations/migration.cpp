#include "storage/migrations/migration.hpp"

#include <array>

#include <fmt/format.h>

#include "storage/check.hpp"
#include "storage/records/state.hpp"
#include "storage/table.hpp"
#include "storage/wall_time.hpp"

namespace troupe::storage {

namespace {

constexpr std::string_view format_name = "troupe records";
const std::string meta_table = "meta";

std::string meta_key() {
  return key_of(std::string_view{"store"});
}

std::optional<records::meta> stored_meta(const lmdb::txn& txn, const std::string& folder) {
  if (!txn.has_tables())
    return std::nullopt;
  auto table = txn.find_table(meta_table);
  auto value = table ? txn.get(*table, meta_key()) : std::nullopt;
  std::optional<records::meta> meta;
  if (value && !value->empty() && value->front() == record_format)
    if (auto decoded = decode<records::meta>(value->substr(1)))
      meta = *decoded;
  if (!meta || meta->format != format_name || meta->schema_version < 1)
    throw failed{{errc::invalid, fmt::format("{}: this LMDB environment belongs to another program "
                                             "or its meta table is damaged; name another folder, "
                                             "or restore from a backup",
                                             folder)}};
  return meta;
}

void run_step(const lmdb::env& env, const migration& step) try {
  lmdb::write_txn txn{env};
  auto meta = stored_meta(txn, env.folder());
  if (!meta) {
    meta.emplace();
    meta->format = format_name;
    meta->created_at = wall_time();
  }
  step.run(txn);
  meta->schema_version = step.to;
  txn.put(txn.make_table(meta_table), meta_key(), pack(*meta));
  txn.commit();
} catch (const failed& bad) {
  throw failed{bad.why().in(fmt::format("migrating to version {} ({})", step.to, step.what))};
}

} // namespace

failure too_new(std::int64_t stored, std::int64_t known, const std::string& folder) {
  return {errc::too_new,
          fmt::format("{}: written by a newer program (schema version {}, this program knows {}); "
                      "run that one, or restore a backup made before the upgrade",
                      folder, stored, known)};
}

std::int64_t stored_version(const lmdb::txn& txn, const std::string& folder) {
  auto meta = stored_meta(txn, folder);
  return meta ? meta->schema_version : 0;
}

void migrate(const lmdb::env& env, std::span<const migration> steps) {
  std::int64_t present = 0;
  {
    lmdb::read_txn txn{env};
    present = stored_version(txn, env.folder());
  }
  if (present > std::int64_t(steps.size()))
    throw failed{too_new(present, std::int64_t(steps.size()), env.folder())};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    TROUPE_CHECK(steps[i].to == std::int64_t(i) + 1, "migrations are numbered from 1, no gaps");
    if (steps[i].to > present)
      run_step(env, steps[i]);
  }
}

std::span<const migration> all_migrations() {
  static const std::array steps{
      migration{1, "the first layout", first_layout},
      migration{2, "what operators did", operations_layout},
  };
  return steps;
}

} // namespace troupe::storage
