// A snapshot: the records as they were when it was taken, for any thread. The questions asked of it
// are in `tables/`. Take one, ask, let go: a snapshot that is kept makes the store grow.
//
// With an effect log its answers are kept there; from one that plays it needs no store.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "storage/effect_log.hpp"
#include "storage/lmdb/txn.hpp"
#include "storage/schema.hpp"

namespace troupe::storage {

class database;

/// Walks a table or index in key order. Ends with its snapshot at the latest.
class cursor {
public:
  cursor(std::optional<lmdb::cursor> over, effect_log* on, std::string name)
    : over_{std::move(over)}, effect_log_{on}, name_{std::move(name)} {}

  /// Each answers whether there is an entry there; key and value are then its, until the next move.
  bool last();
  bool next();
  bool previous();
  /// The first entry with a key not less than `key`.
  bool seek(std::string_view key);
  /// The last entry with a key not greater than `key`.
  bool seek_back(std::string_view key);
  /// The last entry whose key begins with `prefix` or is less than all that do.
  bool seek_end(std::string_view prefix);

  std::string_view key() const {
    return effect_log_ ? std::string_view{found_.first} : over_->key();
  }
  std::string_view value() const {
    return effect_log_ ? std::string_view{found_.second} : over_->value();
  }

private:
  template <class Move>
  bool move(std::string_view how, std::string_view key, const Move& on);

  std::optional<lmdb::cursor> over_;
  effect_log* effect_log_;
  std::string name_;              ///< For the effect log.
  std::pair<bytes, bytes> found_; ///< Likewise.
};

class snapshot {
public:
  /// Throws `failed`. `from` and `on` outlive the snapshot.
  explicit snapshot(const database& from, effect_log* on = nullptr);
  /// `from` plays.
  explicit snapshot(effect_log& from) : effect_log_{&from} {}

  /// The stored value of that key; valid as long as the snapshot.
  std::optional<std::string_view> get(table_number table, std::string_view key) const;

  cursor scan(table_number table) const;
  cursor scan(index_number index) const;

private:
  const database* from_ = nullptr;
  std::optional<lmdb::read_txn> txn_;
  effect_log* effect_log_ = nullptr;
  mutable std::deque<bytes> recalled_; ///< Values from an effect log that plays.
};

} // namespace troupe::storage
