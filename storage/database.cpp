#include "storage/database.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "storage/migrations/migration.hpp"
#include "storage/table.hpp"

namespace troupe::storage {

namespace fs = std::filesystem;

namespace {

constexpr unsigned tables_max = 128;
// For looking and for making; neither reads or writes much.
constexpr std::size_t small_map_bytes = std::size_t{64} << 20;

void look(const std::string& folder) {
  auto file = fs::path{folder} / "data.mdb";
  std::error_code bad;
  auto size = fs::file_size(file, bad);
  if (bad || size == 0)
    throw failed{{errc::corrupt, fmt::format("{}: data.mdb is {}; restore it from a backup", folder,
                                             bad ? bad.message() : "empty")}};
  lmdb::env env{folder,
                {.bytes_max = small_map_bytes, .tables_max = tables_max, .read_only = true}};
  lmdb::read_txn txn{env};
  auto version = stored_version(txn, folder);
  if (version > schema_version)
    throw failed{too_new(version, schema_version, folder)};
  if (version < schema_version)
    return; // tables may be missing until the migrations have run
  for (const auto& each : all_tables())
    if (auto found = txn.find_table(std::string{each.name}))
      txn.scan(*found).last();
    else
      throw failed{{errc::corrupt, fmt::format("{}: table {} is missing; restore from a backup",
                                               folder, each.name)}};
}

} // namespace

result<void> database::probe(const std::string& folder) try {
  look(folder);
  return {};
} catch (const failed& bad) {
  return bad.why();
}

void database::make(const std::string& folder) {
  auto draft = folder + ".new";
  fs::remove_all(draft);
  fs::create_directory(draft);
  {
    // LMDB's lock file never gets fewer readers than it once had.
    lmdb::env env{draft,
                  {.bytes_max = small_map_bytes, .tables_max = tables_max, .readers_max = 1}};
    migrate(env, all_migrations());
  }
  fs::rename(draft, folder);
}

database::database(const std::string& folder, std::size_t bytes_max, unsigned readers_max)
  : env_{folder, {bytes_max, tables_max, readers_max, false}} {
  migrate(env_, all_migrations());
  lmdb::write_txn txn{env_}; // handles opened in a read transaction would end with it
  for (const auto& each : all_tables())
    tables_.push_back(txn.make_table(std::string{each.name}));
  for (const auto& each : all_indexes())
    indexes_.push_back(txn.make_table(std::string{each.name}));
  txn.commit();
}

// -- writing --------------------------------------------------------------------------------------

namespace {

bool before(const index_entry& a, const index_entry& b) {
  return std::tie(a.index, a.key) < std::tie(b.index, b.key);
}

constexpr std::size_t key_bytes_max = 511; // LMDB's

} // namespace

void record_writing::take(const operation& op) {
  const auto* in = find_table(op.table);
  if (!in || in->number == table_number::meta)
    throw bad_operation{{errc::invalid, fmt::format("there is no table {} to write to", op.table)}};
  if (op.key.empty() || op.key.size() > key_bytes_max)
    throw bad_operation{{errc::invalid, fmt::format("table {}: a key of {} bytes; 1 to {} go",
                                                    in->name, op.key.size(), key_bytes_max)}};
  if (op.kind == operation_kind::put)
    put(*in, op);
  else if (op.kind == operation_kind::erase)
    erase(*in, op);
  else
    throw bad_operation{
        {errc::invalid, fmt::format("there is no operation {}", static_cast<int>(op.kind))}};
}

std::vector<index_entry> record_writing::stored_entries(const table_info& in,
                                                        std::string_view key) {
  std::vector<index_entry> out;
  if (auto value = txn_.get(to_.handle(in.number), key))
    in.entries(*value, out);
  std::sort(out.begin(), out.end(), before);
  return out;
}

void record_writing::put(const table_info& in, const operation& op) {
  std::vector<index_entry> wanted;
  try {
    in.entries(op.value, wanted);
  } catch (const failed& bad) {
    throw bad_operation{{errc::invalid, fmt::format("table {}: {}", in.name, bad.why().message)}};
  }
  std::sort(wanted.begin(), wanted.end(), before);
  auto present = stored_entries(in, op.key);
  std::vector<index_entry> change;
  std::set_difference(present.begin(), present.end(), wanted.begin(), wanted.end(),
                      std::back_inserter(change), before);
  for (const auto& gone : change)
    txn_.erase(to_.handle(gone.index), gone.key);
  change.clear();
  std::set_difference(wanted.begin(), wanted.end(), present.begin(), present.end(),
                      std::back_inserter(change), before);
  for (const auto& added : change)
    txn_.put(to_.handle(added.index), added.key, {});
  txn_.put(to_.handle(in.number), op.key, op.value);
}

void record_writing::erase(const table_info& in, const operation& op) {
  for (const auto& gone : stored_entries(in, op.key))
    txn_.erase(to_.handle(gone.index), gone.key);
  txn_.erase(to_.handle(in.number), op.key);
}

} // namespace troupe::storage
