// Version 2: what operators did.
#include "storage/migrations/migration.hpp"

namespace troupe::storage {

void operations_layout(lmdb::write_txn& txn) {
  for (const char* name : {"reconfigurations", "acts"})
    txn.make_table(name);
}

} // namespace troupe::storage
