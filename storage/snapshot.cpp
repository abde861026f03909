#include "storage/snapshot.hpp"

#include "storage/database.hpp"

namespace troupe::storage {

snapshot::snapshot(const database& from) : from_{&from}, txn_{from.environment()} {}

std::optional<std::string_view> snapshot::get(table_number table, std::string_view key) const {
  return txn_.get(from_->handle(table), key);
}

lmdb::cursor snapshot::scan(table_number table) const {
  return txn_.scan(from_->handle(table));
}

lmdb::cursor snapshot::scan(index_number index) const {
  return txn_.scan(from_->handle(index));
}

} // namespace troupe::storage
