// The store: one folder with the records, the logs by month, and a lock that one process holds.
//
//   lock              the holder's process id
//   records/          records and indexes (LMDB)
//   logs/2026-11/     content of the logs created in that month, UTC (LMDB)
//
// One writer at a time (`apply` takes turns by itself); readers on any thread, never in its way.
// What `apply` reported as done survives a kill of the process and a loss of power.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "storage/batch.hpp"
#include "storage/log_store.hpp"
#include "storage/result.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

class folder_lock;

struct store_options {
  /// Upper bounds of the sparse files; address space, not disk, is what they cost.
  std::size_t records_bytes_max = std::size_t{64} << 30;
  std::size_t log_period_bytes_max = std::size_t{256} << 30;
  unsigned readers_max = 1024; ///< Snapshots at one time.
};

/// How an `apply` went. Nothing of it is in the records unless it was done.
struct apply_outcome {
  result<void> done;
  /// When one batch is at fault, its place; the others would have gone through without it. Nothing
  /// when it is the store's own trouble (full, io, corrupt).
  std::optional<std::size_t> culprit;
  span took{};

  explicit operator bool() const { return static_cast<bool>(done); }
};

/// Sees every commit, and may make it fail: how disks are simulated.
class commit_gate {
public:
  virtual ~commit_gate() = default;
  /// A failure is the outcome of the commit, of which nothing is stored.
  virtual std::optional<failure> before(std::span<const batch* const> batches) = 0;
  /// It is durable, and nobody knows it yet.
  virtual void after(std::span<const batch* const> batches) = 0;
};

class store {
public:
  /// Opens the store in `folder`, makes one if the folder is empty or missing (its parent exists).
  /// Refused with nothing changed: conflict (another process has it), invalid (something else is
  /// in the folder), corrupt, too_new, io (no permission, read-only); the words say what to do.
  static result<std::unique_ptr<store>> open(const std::string& folder, store_options options = {});

  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// Makes all of `batches`, in order, durable with one commit, or none. Log content is committed
  /// first: a record never points at lines that are missing, lines without a record do no harm.
  /// Codes: full (later attempts work once there is room), io, corrupt, invalid and conflict (of
  /// the culprit). Callers on several threads take turns.
  apply_outcome apply(std::span<const batch* const> batches);
  apply_outcome apply(std::span<const batch> batches);
  apply_outcome apply(const batch& one);

  /// Must outlive the store; null: nobody. Not while another thread writes.
  void watch(commit_gate* gate) noexcept { gate_ = gate; }

  /// Throws `failed` (too many snapshots at a time, io).
  snapshot read(effect_log* on = nullptr) const;

  log_store& logs() { return *logs_; }

  /// How full the records are, in bytes used and at most.
  std::pair<std::size_t, std::size_t> fill() const;

  /// A table or index of the records.
  struct table_size {
    std::string_view name;
    std::size_t entries = 0;
    std::size_t bytes = 0;
  };
  std::vector<table_size> table_sizes() const;
  /// Snapshots that are held now, and at most.
  std::pair<unsigned, unsigned> readers() const;

private:
  store();
  apply_outcome attempt(std::span<const batch* const> batches);

  std::unique_ptr<folder_lock> lock_; ///< Let go last.
  std::unique_ptr<database> records_;
  std::unique_ptr<log_store> logs_;
  std::mutex writing_;
  commit_gate* gate_ = nullptr;
};

} // namespace troupe::storage
