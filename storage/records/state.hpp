// What services keep for themselves: small named values, and whole states to be rebuilt from.
#pragma once

#include <string>

#include "storage/codec.hpp"
#include "storage/json.hpp"
#include "storage/records/ids.hpp"
#include "storage/schema.hpp"

namespace troupe::records {

/// One named value of one object, as Buildbot's object state ("lastCodebases" of a scheduler).
/// Key: (class_name, object, name).
struct object_state {
  std::string class_name;
  std::string object;
  std::string name;
  json value;
  TROUPE_FIELDS(class_name, object, name, value)
};

/// The described state of the service at `path`, encoded. Key: the path.
struct service_state {
  std::string path;
  std::string kind; ///< Which sort of service reads it.
  bytes state;
  TROUPE_FIELDS(path, kind, state)
};

/// What the store says of itself; there is one.
struct meta {
  std::string format; ///< "troupe records".
  std::int64_t schema_version = 0;
  instant created_at;
  TROUPE_FIELDS(format, schema_version, created_at)
};

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::object_state> {
  static constexpr table_number number = table_number::object_states;
  using key = std::tuple<std::string, std::string, std::string>;
  static key key_of(const records::object_state& x) { return {x.class_name, x.object, x.name}; }
};
template <>
struct table_traits<records::service_state> {
  static constexpr table_number number = table_number::service_states;
  using key = std::tuple<std::string>;
  static key key_of(const records::service_state& x) { return {x.path}; }
};
template <>
struct table_traits<records::meta> {
  static constexpr table_number number = table_number::meta;
  using key = std::tuple<std::string>;
  static key key_of(const records::meta&) { return {"store"}; }
};

} // namespace troupe::storage
