#include "storage/tables/builders.hpp"

#include "storage/table.hpp"

namespace troupe::storage {

namespace {

/// The key of a long name holds a digest of it, so the record has the last word.
template <class Record>
std::optional<Record> named(const snapshot& from, index_number by, std::string_view name,
                            std::string Record::*field) {
  return table<Record>{from}.first(by, {.prefix = key_of(name)},
                                   [&](const auto& x) { return x.*field == name; });
}

} // namespace

std::optional<records::builder> find_builder(const snapshot& from, builder_id which) {
  return table<records::builder>{from}.find(which);
}

std::optional<records::builder> find_builder(const snapshot& from, std::string_view name) {
  return named<records::builder>(from, index_number::builders_by_name, name,
                                 &records::builder::name);
}

std::vector<records::builder> all_builders(const snapshot& from) {
  return table<records::builder>{from}.list();
}

builder_id max_builder_id(const snapshot& from) {
  return table<records::builder>{from}.max_id();
}

std::optional<records::worker> find_worker(const snapshot& from, worker_id which) {
  return table<records::worker>{from}.find(which);
}

std::optional<records::worker> find_worker(const snapshot& from, std::string_view name) {
  return named<records::worker>(from, index_number::workers_by_name, name, &records::worker::name);
}

std::vector<records::worker> all_workers(const snapshot& from) {
  return table<records::worker>{from}.list();
}

worker_id max_worker_id(const snapshot& from) {
  return table<records::worker>{from}.max_id();
}

std::optional<records::master> find_master(const snapshot& from, master_id which) {
  return table<records::master>{from}.find(which);
}

std::optional<records::master> find_master(const snapshot& from, std::string_view name) {
  return named<records::master>(from, index_number::masters_by_name, name, &records::master::name);
}

std::vector<records::master> all_masters(const snapshot& from) {
  return table<records::master>{from}.list();
}

master_id max_master_id(const snapshot& from) {
  return table<records::master>{from}.max_id();
}

std::optional<records::user> find_user(const snapshot& from, user_id which) {
  return table<records::user>{from}.find(which);
}

std::optional<records::user> find_user(const snapshot& from, std::string_view identifier) {
  return named<records::user>(from, index_number::users_by_identifier, identifier,
                              &records::user::identifier);
}

std::vector<records::user> all_users(const snapshot& from) {
  return table<records::user>{from}.list();
}

user_id max_user_id(const snapshot& from) {
  return table<records::user>{from}.max_id();
}

std::optional<records::scheduler> find_scheduler(const snapshot& from, scheduler_id which) {
  return table<records::scheduler>{from}.find(which);
}

std::optional<records::scheduler> find_scheduler(const snapshot& from, std::string_view name) {
  return named<records::scheduler>(from, index_number::schedulers_by_name, name,
                                   &records::scheduler::name);
}

std::vector<records::scheduler> all_schedulers(const snapshot& from) {
  return table<records::scheduler>{from}.list();
}

scheduler_id max_scheduler_id(const snapshot& from) {
  return table<records::scheduler>{from}.max_id();
}

std::vector<records::scheduler_change> changes_of_scheduler(const snapshot& from,
                                                            scheduler_id which) {
  return table<records::scheduler_change>{from}.list({.prefix = key_of(which)});
}

} // namespace troupe::storage
