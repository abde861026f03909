#include "storage/store.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "storage/database.hpp"
#include "storage/folder_lock.hpp"
#include "storage/sync.hpp"

namespace troupe::storage {

namespace fs = std::filesystem;

namespace {

struct places {
  std::string folder, lock, records, draft, logs;

  explicit places(const std::string& in)
    : folder{in}, lock{in + "/lock"}, records{in + "/records"}, draft{in + "/records.new"},
      logs{in + "/logs"} {}
};

// True if there is a store, false if one may be made here: an empty folder, or what is left of an
// earlier attempt at making one.
bool has_store(const places& at) {
  if (!fs::exists(at.folder))
    return false;
  if (!fs::is_directory(at.folder))
    throw failed{{errc::invalid, at.folder + ": not a folder; name another place"}};
  if (fs::exists(at.records))
    return true;
  for (const auto& entry : fs::directory_iterator{at.folder}) {
    auto path = entry.path().string();
    if (path == at.logs && !fs::is_empty(path))
      throw failed{{errc::corrupt, at.folder
                                       + ": there are logs but no records; restore "
                                         "`records` from a backup, or move `logs` away"}};
    if (path != at.lock && path != at.draft && path != at.logs)
      throw failed{{errc::invalid,
                    fmt::format("{}: holds '{}', which is not a store's; name an empty folder",
                                at.folder, entry.path().filename().string())}};
  }
  return false;
}

// The name of the folder itself. A parent that may not be read cannot be synced; whoever keeps it
// has made the folder for us.
void sync_name_of(const std::string& folder) {
  auto parent = folder + "/..";
  if (access(parent.c_str(), R_OK) == 0)
    sync_folder(parent);
}

} // namespace

store::store() = default;
store::~store() = default;

result<std::unique_ptr<store>> store::open(const std::string& folder, store_options options) try {
  places at{folder};
  // Looking changes nothing, so that whatever is refused stays as it was.
  bool existed = has_store(at);
  std::unique_ptr<store> opened{new store};
  opened->lock_ = std::make_unique<folder_lock>(at.lock, false);
  if (existed)
    database::probe(at.records).value();
  if (!fs::exists(folder))
    fs::create_directory(folder);
  if (!opened->lock_->held())
    opened->lock_ = std::make_unique<folder_lock>(at.lock, true);
  opened->lock_->sign();
  if (!existed)
    database::make(at.records);
  opened->records_ =
      std::make_unique<database>(at.records, options.records_bytes_max, options.readers_max);
  fs::create_directory(at.logs);
  // Every time: the process that made them may have been killed before it came to this.
  sync_folder(folder);
  sync_name_of(folder);
  opened->logs_ =
      std::make_unique<log_store>(at.logs, options.log_period_bytes_max, options.readers_max);
  return opened;
} catch (const failed& bad) {
  return bad.why().in("opening the store");
} catch (const fs::filesystem_error& bad) {
  return failure{bad.code() == std::errc::no_space_on_device ? errc::full : errc::io,
                 fmt::format("opening the store: {}", bad.what())};
}

apply_outcome store::apply(std::span<const batch* const> batches) {
  auto began = std::chrono::steady_clock::now();
  auto outcome = attempt(batches);
  outcome.took = std::chrono::duration_cast<span>(std::chrono::steady_clock::now() - began);
  return outcome;
}

apply_outcome store::attempt(std::span<const batch* const> batches) {
  std::lock_guard guard{writing_};
  if (gate_)
    if (auto why = gate_->before(batches))
      return {std::move(*why), std::nullopt, {}};
  std::size_t at = 0;
  try {
    record_writing records{*records_};
    log_store::writing logs{*logs_};
    for (; at < batches.size(); ++at)
      for (const auto& op : batches[at]->operations)
        if (op.kind == operation_kind::append_log)
          logs.append(op.key, op.value, op.period);
        else
          records.take(op);
    logs.commit();
    records.commit();
    if (gate_)
      gate_->after(batches);
    return {};
  } catch (const bad_operation& bad) {
    return {bad.why(), at, {}};
  } catch (const failed& bad) {
    return {bad.why(), std::nullopt, {}};
  }
}

apply_outcome store::apply(std::span<const batch> batches) {
  std::vector<const batch*> each;
  each.reserve(batches.size());
  for (const auto& one : batches)
    each.push_back(&one);
  return apply(std::span<const batch* const>{each});
}

apply_outcome store::apply(const batch& one) {
  return apply(std::span<const batch>{&one, 1});
}

snapshot store::read(effect_log* on) const {
  return snapshot{*records_, on};
}

std::vector<store::table_size> store::table_sizes() const {
  lmdb::read_txn txn{records_->environment()};
  std::vector<table_size> all;
  auto add = [&](std::string_view name, lmdb::table which) {
    auto [entries, bytes] = txn.size_of(which);
    all.push_back({name, entries, bytes});
  };
  for (const auto& each : all_tables())
    add(each.name, records_->handle(each.number));
  for (const auto& each : all_indexes())
    add(each.name, records_->handle(each.number));
  return all;
}

std::pair<unsigned, unsigned> store::readers() const {
  return records_->environment().readers();
}

std::pair<std::size_t, std::size_t> store::fill() const {
  return {records_->environment().bytes_used(), records_->environment().bytes_max()};
}

} // namespace troupe::storage
