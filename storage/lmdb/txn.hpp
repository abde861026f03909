// LMDB transactions and cursors. Views into the store are valid until their transaction ends or,
// in a write transaction, until the next write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/lmdb/env.hpp"

struct MDB_txn;
struct MDB_cursor;

namespace troupe::storage::lmdb {

/// Handle of a named table within its environment.
using table = unsigned;

/// Walks a table in key order. Ends with its transaction at the latest.
class cursor {
public:
  cursor(MDB_cursor* handle, const env* of) : cursor_{handle}, env_{of} {}
  cursor(cursor&& other) noexcept;
  cursor& operator=(cursor&&) = delete;
  ~cursor();

  /// Each answers whether there is an entry there; key and value are then its.
  bool first();
  bool last();
  bool next();
  bool previous();
  /// The first entry with a key not less than `key`.
  bool seek(std::string_view key);
  /// The last entry with a key not greater than `key`.
  bool seek_back(std::string_view key);
  /// The last entry whose key begins with `prefix` or is less than all that do.
  bool seek_end(std::string_view prefix);

  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

private:
  bool move(int operation);

  MDB_cursor* cursor_;
  const env* env_;
  std::string_view key_;
  std::string_view value_;
};

/// Reading, which both kinds of transaction do.
class txn {
public:
  txn(txn&& other) noexcept;
  txn& operator=(txn&&) = delete;

  std::optional<std::string_view> get(table in, std::string_view key) const;
  cursor scan(table in) const;
  /// The table of that name, or nothing.
  std::optional<table> find_table(const std::string& name) const;
  /// Entries of a table, and the bytes of its pages.
  std::pair<std::size_t, std::size_t> size_of(table which) const;
  /// False for an environment with nothing in it.
  bool has_tables() const;

protected:
  txn(const env& of, bool writes);
  ~txn();

  const env* env_;
  MDB_txn* txn_ = nullptr;
};

class read_txn : public txn {
public:
  explicit read_txn(const env& of) : txn{of, false} {}
};

/// Aborted unless committed. Belongs to one thread; another writer waits for its end.
class write_txn : public txn {
public:
  explicit write_txn(const env& of) : txn{of, true} {}

  table make_table(const std::string& name);
  void drop_table(table which);
  void put(table in, std::string_view key, std::string_view value);
  /// Answers whether there was such a key.
  bool erase(table in, std::string_view key);
  /// Durable when it returns.
  void commit();
};

} // namespace troupe::storage::lmdb
