// The records environment: its tables and indexes, opened; its changes, made. Part of the store.
#pragma once

#include <string>
#include <vector>

#include "storage/batch.hpp"
#include "storage/lmdb/env.hpp"
#include "storage/lmdb/txn.hpp"
#include "storage/schema.hpp"

namespace troupe::storage {

class database {
public:
  /// Says why the environment in `folder` cannot be opened, without changing a byte of it.
  static result<void> probe(const std::string& folder);

  /// Makes a new one. `folder` appears only when it is whole and durable; its name is the caller's
  /// to sync. Throws `failed`.
  static void make(const std::string& folder);

  /// Opens one that `probe` liked, migrating it if it is older. Throws `failed`.
  database(const std::string& folder, std::size_t bytes_max, unsigned readers_max);

  const lmdb::env& environment() const { return env_; }
  lmdb::table handle(table_number number) const {
    return tables_[static_cast<std::size_t>(number)];
  }
  lmdb::table handle(index_number number) const {
    return indexes_[static_cast<std::size_t>(number)];
  }

private:
  lmdb::env env_;
  std::vector<lmdb::table> tables_;
  std::vector<lmdb::table> indexes_;
};

/// Thrown for what an operation itself did wrong, apart from the store's own trouble.
class bad_operation : public failed {
public:
  using failed::failed;
};

/// One write to the records, with their indexes kept in line. Nothing lasts before `commit`.
class record_writing {
public:
  explicit record_writing(const database& to) : to_{to}, txn_{to.environment()} {}

  /// Throws `failed`; `bad_operation` when it is the operation's fault.
  void take(const operation& op);
  void commit() { txn_.commit(); }

private:
  void put(const table_info& in, const operation& op);
  void erase(const table_info& in, const operation& op);
  /// The index entries of what is stored under that key, in order.
  std::vector<index_entry> stored_entries(const table_info& in, std::string_view key);

  const database& to_;
  lmdb::write_txn txn_;
};

} // namespace troupe::storage
