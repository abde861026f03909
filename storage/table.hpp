// A table: the records of one type, read and decoded over a snapshot. An index: the ids of records
// in another order. For the functions in `tables/`; others ask those.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/key.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

/// First byte of every stored value: how the rest is encoded.
inline constexpr char record_format = 1;

/// The stored value of a record.
template <class Record>
bytes pack(const Record& x) {
  bytes out(1, record_format);
  put_value(ops_of<Record>(), out, &x);
  return out;
}

/// The encoded record in a stored value. Throws `failed` (corrupt, too_new).
std::string_view unpacked(std::string_view value, std::string_view type);

/// The record of a stored value. Throws `failed` (corrupt, too_new).
template <class Record>
Record unpack(std::string_view value) {
  return decode<Record>(unpacked(value, type_name<Record>())).value();
}

/// Which entries to visit, and in which direction.
struct walk {
  std::string prefix; ///< Only keys that begin with it.
  bool backwards = false;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  std::string past; ///< If not empty: only keys beyond this one, in the direction of the walk.
};

/// At most `limit` entries that begin with `prefix` and end in an id, highest first; of those only
/// with an id below `before`, if that is somebody.
template <class Id>
walk newest(std::size_t limit, Id before, std::string prefix = {}) {
  walk how{.prefix = std::move(prefix), .backwards = true, .limit = limit};
  if (before)
    how.past = how.prefix + key_of(before);
  return how;
}

/// Calls `visit(key, value)` until it answers false, the limit is reached or the walk is over.
void visit_entries(cursor over, const walk& how,
                   const std::function<bool(std::string_view, std::string_view)>& visit);

/// The key of the record to which an index entry points. Throws `failed` (corrupt).
std::string_view id_in_index(std::string_view entry);
[[noreturn]] void dangling(index_number index, std::string_view entry);

template <stored_record Record>
class table {
public:
  using traits = table_traits<Record>;

  explicit table(const snapshot& from) : from_{from} {}

  template <class... Parts>
  std::optional<Record> find(const Parts&... key) const {
    return at(key_of(key...));
  }

  std::vector<Record> list(const walk& how = {}) const {
    std::vector<Record> out;
    visit_entries(from_.scan(traits::number), how, [&](auto, std::string_view value) {
      out.push_back(unpack<Record>(value));
      return true;
    });
    return out;
  }

  /// The records that an index names, in the index's order.
  std::vector<Record> list(index_number by, const walk& how = {}) const {
    std::vector<Record> out;
    visit_entries(from_.scan(by), how, [&](std::string_view entry, auto) {
      out.push_back(of_entry(by, entry));
      return true;
    });
    return out;
  }

  /// The first record on the way that is as wanted.
  template <class Wanted>
  std::optional<Record> first(index_number by, const walk& how, const Wanted& wanted) const {
    std::optional<Record> out;
    visit_entries(from_.scan(by), how, [&](std::string_view entry, auto) {
      auto record = of_entry(by, entry);
      if (wanted(record))
        out = std::move(record);
      return !out;
    });
    return out;
  }

  /// The highest id that is stored; nobody's when the table is empty.
  auto max_id() const {
    typename traits::id_type highest;
    auto over = from_.scan(traits::number);
    if (over.last() && !read_key(over.key(), highest))
      throw failed{{errc::corrupt, std::string{type_name<Record>()} + ": a key is damaged"}};
    return highest;
  }

private:
  std::optional<Record> at(std::string_view key) const {
    auto value = from_.get(traits::number, key);
    if (!value)
      return std::nullopt;
    return unpack<Record>(*value);
  }

  Record of_entry(index_number by, std::string_view entry) const {
    auto record = at(id_in_index(entry));
    if (!record)
      dangling(by, entry);
    return std::move(*record);
  }

  const snapshot& from_;
};

} // namespace troupe::storage
