#include "storage/lmdb/txn.hpp"

#include <lmdb.h>

namespace troupe::storage::lmdb {

namespace {

MDB_val as_val(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}

std::string_view as_view(const MDB_val& val) {
  return {static_cast<const char*>(val.mv_data), val.mv_size};
}

} // namespace

// -- cursor ---------------------------------------------------------------------------------------

cursor::cursor(cursor&& other) noexcept
  : cursor_{std::exchange(other.cursor_, nullptr)}, env_{other.env_}, key_{other.key_},
    value_{other.value_} {}

cursor::~cursor() {
  if (cursor_)
    mdb_cursor_close(cursor_);
}

bool cursor::move(int operation) {
  MDB_val key{}, value{};
  auto code = mdb_cursor_get(cursor_, &key, &value, static_cast<MDB_cursor_op>(operation));
  if (code == MDB_NOTFOUND)
    return false;
  env_->check(code, "reading on");
  key_ = as_view(key);
  value_ = as_view(value);
  return true;
}

bool cursor::first() {
  return move(MDB_FIRST);
}

bool cursor::last() {
  return move(MDB_LAST);
}

bool cursor::next() {
  return move(MDB_NEXT);
}

bool cursor::previous() {
  return move(MDB_PREV);
}

bool cursor::seek(std::string_view wanted) {
  if (wanted.empty())
    return first();
  MDB_val key = as_val(wanted), value{};
  auto code = mdb_cursor_get(cursor_, &key, &value, MDB_SET_RANGE);
  if (code == MDB_NOTFOUND)
    return false;
  env_->check(code, "seeking");
  key_ = as_view(key);
  value_ = as_view(value);
  return true;
}

bool cursor::seek_back(std::string_view wanted) {
  if (!seek(wanted))
    return last();
  return key_ == wanted || previous();
}

bool cursor::seek_end(std::string_view prefix) {
  // The least key that is greater than all that begin with `prefix`.
  std::string beyond{prefix};
  while (!beyond.empty() && beyond.back() == '\xff')
    beyond.pop_back();
  if (beyond.empty())
    return last();
  ++beyond.back();
  return seek(beyond) ? previous() : last();
}

// -- transactions ---------------------------------------------------------------------------------

txn::txn(const env& of, bool writes) : env_{&of} {
  of.check(mdb_txn_begin(of.handle(), nullptr, writes ? 0u : unsigned{MDB_RDONLY}, &txn_),
           writes ? "beginning to write" : "beginning to read");
}

txn::txn(txn&& other) noexcept : env_{other.env_}, txn_{std::exchange(other.txn_, nullptr)} {}

txn::~txn() {
  if (txn_)
    mdb_txn_abort(txn_);
}

std::optional<std::string_view> txn::get(table in, std::string_view key) const {
  MDB_val wanted = as_val(key), value{};
  auto code = mdb_get(txn_, in, &wanted, &value);
  // A key that could not have been stored is not there.
  if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE)
    return std::nullopt;
  env_->check(code, "reading");
  return as_view(value);
}

cursor txn::scan(table in) const {
  MDB_cursor* handle = nullptr;
  env_->check(mdb_cursor_open(txn_, in, &handle), "reading a table");
  return {handle, env_};
}

std::pair<std::size_t, std::size_t> txn::size_of(table which) const {
  MDB_stat stat;
  env_->check(mdb_stat(txn_, which, &stat), "looking at a table");
  return {stat.ms_entries,
          (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * stat.ms_psize};
}

std::optional<table> txn::find_table(const std::string& name) const {
  table found = 0;
  auto code = mdb_dbi_open(txn_, name.c_str(), 0, &found);
  if (code == MDB_NOTFOUND || code == MDB_INCOMPATIBLE)
    return std::nullopt;
  env_->check(code, "opening table " + name);
  return found;
}

bool txn::has_tables() const {
  table names = 0; // the unnamed table lists the others
  env_->check(mdb_dbi_open(txn_, nullptr, 0, &names), "opening the list of tables");
  MDB_stat stat;
  env_->check(mdb_stat(txn_, names, &stat), "looking at the list of tables");
  return stat.ms_entries > 0;
}

table write_txn::make_table(const std::string& name) {
  table made = 0;
  env_->check(mdb_dbi_open(txn_, name.c_str(), MDB_CREATE, &made), "making table " + name);
  return made;
}

void write_txn::drop_table(table which) {
  env_->check(mdb_drop(txn_, which, 1), "dropping a table");
}

void write_txn::put(table in, std::string_view key, std::string_view value) {
  MDB_val at = as_val(key), what = as_val(value);
  env_->check(mdb_put(txn_, in, &at, &what, 0), "writing");
}

bool write_txn::erase(table in, std::string_view key) {
  MDB_val at = as_val(key);
  auto code = mdb_del(txn_, in, &at, nullptr);
  if (code == MDB_NOTFOUND)
    return false;
  env_->check(code, "erasing");
  return true;
}

void write_txn::commit() {
  // Ended by the call whether or not it succeeds.
  env_->check(mdb_txn_commit(std::exchange(txn_, nullptr)), "committing");
}

} // namespace troupe::storage::lmdb
