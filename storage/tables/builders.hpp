// Questions about builders, workers, masters, users and schedulers. All throw `failed` when stored
// bytes are damaged. Lists are by id.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "storage/records/builder.hpp"
#include "storage/records/scheduler.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

std::optional<records::builder> find_builder(const snapshot& from, builder_id which);
std::optional<records::builder> find_builder(const snapshot& from, std::string_view name);
std::vector<records::builder> all_builders(const snapshot& from);
builder_id max_builder_id(const snapshot& from);

std::optional<records::worker> find_worker(const snapshot& from, worker_id which);
std::optional<records::worker> find_worker(const snapshot& from, std::string_view name);
std::vector<records::worker> all_workers(const snapshot& from);
worker_id max_worker_id(const snapshot& from);

std::optional<records::master> find_master(const snapshot& from, master_id which);
std::optional<records::master> find_master(const snapshot& from, std::string_view name);
std::vector<records::master> all_masters(const snapshot& from);
master_id max_master_id(const snapshot& from);

std::optional<records::user> find_user(const snapshot& from, user_id which);
std::optional<records::user> find_user(const snapshot& from, std::string_view identifier);
std::vector<records::user> all_users(const snapshot& from);
user_id max_user_id(const snapshot& from);

std::optional<records::scheduler> find_scheduler(const snapshot& from, scheduler_id which);
std::optional<records::scheduler> find_scheduler(const snapshot& from, std::string_view name);
std::vector<records::scheduler> all_schedulers(const snapshot& from);
scheduler_id max_scheduler_id(const snapshot& from);

/// The changes that a scheduler took and has not used yet, by change id.
std::vector<records::scheduler_change> changes_of_scheduler(const snapshot& from,
                                                            scheduler_id which);

} // namespace troupe::storage
