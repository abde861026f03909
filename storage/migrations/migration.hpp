// Migrations: numbered steps that lead the records from one schema version to the next. A step is
// written once and never changed; it may use only what it brings with it, since the tables and
// records of later versions look different.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "storage/lmdb/env.hpp"
#include "storage/lmdb/txn.hpp"

namespace troupe::storage {

struct migration {
  std::int64_t to = 0; ///< The version it leads to, from the one before.
  std::string_view what;
  std::function<void(lmdb::write_txn&)> run;
};

/// From an empty environment to `schema_version`, without gaps.
std::span<const migration> all_migrations();

/// Brings `env` to the version of the last step. Each step is one transaction: what fails leaves
/// the version before it, whole. Throws `failed`; too_new with nothing changed.
void migrate(const lmdb::env& env, std::span<const migration> steps);

/// The version of what is in the environment; 0 if it is empty. Throws `failed`: invalid if it is
/// not ours.
std::int64_t stored_version(const lmdb::txn& txn, const std::string& folder);

failure too_new(std::int64_t stored, std::int64_t known, const std::string& folder);

/// Version 1: the first tables.
void first_layout(lmdb::write_txn& txn);
/// Version 2: reconfigurations and acts.
void operations_layout(lmdb::write_txn& txn);

} // namespace troupe::storage
