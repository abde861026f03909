// Every table and every index of the records environment, by name and number. A number is never
// given to another table; a table that goes leaves a gap. Numbers are stored in journals (batches)
// and names in the environment. Which record is in which table stands with the record.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "storage/json.hpp"
#include "storage/key.hpp"

namespace troupe::storage {

/// Version of the layout as a whole; `migrations/` lead from each to the next.
inline constexpr std::int64_t schema_version = 2;

enum class table_number : std::uint16_t {
  meta = 0,
  changes = 1,
  sourcestamps = 2,
  patches = 3,
  buildsets = 4,
  buildrequests = 5,
  builds = 6,
  steps = 7,
  logs = 8,
  builders = 9,
  workers = 10,
  schedulers = 11,
  scheduler_changes = 12,
  masters = 13,
  users = 14,
  object_states = 15,
  service_states = 16,
  reconfigurations = 17,
  acts = 18,
};

/// An index key is what the comment says, followed by the record's id.
enum class index_number : std::uint16_t {
  changes_by_sourcestamp = 0,  ///< sourcestamp
  changes_by_branch = 1,       ///< digest of (branch, repository, project, codebase)
  sourcestamps_by_content = 2, ///< digest of the content; those with a patch are not in it
  buildsets_incomplete = 3,    ///< (nothing)
  buildsets_by_parent = 4,     ///< parent build
  requests_by_buildset = 5,    ///< buildset
  requests_by_builder = 6,     ///< builder
  requests_open = 7,           ///< builder; incomplete ones only
  builds_by_number = 8,        ///< builder, number
  builds_by_request = 9,       ///< request
  builds_by_worker = 10,       ///< worker
  builds_incomplete = 11,      ///< (nothing)
  steps_by_build = 12,         ///< build, number
  logs_by_step = 13,           ///< step
  builders_by_name = 14,       ///< name
  workers_by_name = 15,        ///< name
  schedulers_by_name = 16,     ///< name
  masters_by_name = 17,        ///< name
  users_by_identifier = 18,    ///< identifier
};

/// Which table a record type lives in and what its key is made of.
template <class Record>
struct table_traits;

template <class Record>
concept stored_record = requires(const Record& x) {
  { table_traits<Record>::number } -> std::convertible_to<table_number>;
  table_traits<Record>::key_of(x);
};

namespace detail {

/// Tables whose key is the record's id.
template <table_number Number, class Record>
struct keyed_by_id {
  static constexpr table_number number = Number;
  using id_type = decltype(Record::id);
  using key = std::tuple<id_type>;
  static key key_of(const Record& x) { return {x.id}; }
};

} // namespace detail

struct index_entry {
  index_number index;
  std::string key;
};

/// What the machinery knows of a table without knowing its record type.
struct table_info {
  table_number number;
  std::string_view name; ///< In the environment.
  /// Appends the index entries of a stored value. Throws `failed` (corrupt, too_new).
  void (*entries)(std::string_view value, std::vector<index_entry>& out);
  /// The stored value for people. Throws as above.
  json (*show)(std::string_view value);
};

struct index_info {
  index_number number;
  std::string_view name; ///< In the environment.
};

std::span<const table_info> all_tables();
std::span<const index_info> all_indexes();
/// The table of that number, or null.
const table_info* find_table(std::uint16_t number);

} // namespace troupe::storage
