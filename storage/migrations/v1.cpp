// Version 1. The names are written out: what version 1 had does not follow later versions.
#include "storage/migrations/migration.hpp"

namespace troupe::storage {

void first_layout(lmdb::write_txn& txn) {
  for (const char* name : {
           "meta",
           "changes",
           "sourcestamps",
           "patches",
           "buildsets",
           "buildrequests",
           "builds",
           "steps",
           "logs",
           "builders",
           "workers",
           "schedulers",
           "scheduler_changes",
           "masters",
           "users",
           "object_states",
           "service_states",
           "changes.by_sourcestamp",
           "changes.by_branch",
           "sourcestamps.by_content",
           "buildsets.incomplete",
           "buildsets.by_parent",
           "buildrequests.by_buildset",
           "buildrequests.by_builder",
           "buildrequests.open",
           "builds.by_number",
           "builds.by_request",
           "builds.by_worker",
           "builds.incomplete",
           "steps.by_build",
           "logs.by_step",
           "builders.by_name",
           "workers.by_name",
           "schedulers.by_name",
           "masters.by_name",
           "users.by_identifier",
       })
    txn.make_table(name);
}

} // namespace troupe::storage
