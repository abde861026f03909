// A snapshot: the records as they were when it was taken, for any thread. The questions asked of it
// are in `tables/`. Take one, ask, let go: a snapshot that is kept makes the store grow.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "storage/lmdb/txn.hpp"
#include "storage/schema.hpp"

namespace troupe::storage {

class database;

class snapshot {
public:
  /// Throws `failed`. `from` outlives the snapshot.
  explicit snapshot(const database& from);

  /// The stored value of that key; valid as long as the snapshot.
  std::optional<std::string_view> get(table_number table, std::string_view key) const;

  lmdb::cursor scan(table_number table) const;
  lmdb::cursor scan(index_number index) const;

private:
  const database* from_;
  lmdb::read_txn txn_;
};

} // namespace troupe::storage
