#include "storage/snapshot.hpp"

#include "storage/database.hpp"
#include "storage/hex.hpp"

namespace troupe::storage {

namespace {

std::string question(std::string_view verb, std::string_view where, std::string_view key) {
  std::string text{verb};
  text.append(" ").append(where);
  if (!key.empty())
    text.append(" ").append(to_hex(key));
  return text;
}

std::string name_of(table_number which) {
  return "t" + std::to_string(static_cast<int>(which));
}
std::string name_of(index_number which) {
  return "i" + std::to_string(static_cast<int>(which));
}

} // namespace

// -- cursor ---------------------------------------------------------------------------------------

template <class Move>
bool cursor::move(std::string_view how, std::string_view key, const Move& on) {
  if (!effect_log_)
    return on(*over_);
  using entry = std::optional<std::pair<bytes, bytes>>;
  auto there = answered(effect_log_, question(how, name_, key), [&]() -> entry {
    if (!on(*over_))
      return std::nullopt;
    return std::pair{bytes{over_->key()}, bytes{over_->value()}};
  });
  if (there)
    found_ = std::move(*there);
  return there.has_value();
}

bool cursor::last() {
  return move("last", {}, [](lmdb::cursor& over) { return over.last(); });
}

bool cursor::next() {
  return move("next", {}, [](lmdb::cursor& over) { return over.next(); });
}

bool cursor::previous() {
  return move("previous", {}, [](lmdb::cursor& over) { return over.previous(); });
}

bool cursor::seek(std::string_view key) {
  return move("seek", key, [&](lmdb::cursor& over) { return over.seek(key); });
}

bool cursor::seek_back(std::string_view key) {
  return move("seek_back", key, [&](lmdb::cursor& over) { return over.seek_back(key); });
}

bool cursor::seek_end(std::string_view prefix) {
  return move("seek_end", prefix, [&](lmdb::cursor& over) { return over.seek_end(prefix); });
}

// -- snapshot -------------------------------------------------------------------------------------

snapshot::snapshot(const database& from, effect_log* on)
  : from_{&from}, txn_{from.environment()}, effect_log_{on} {}

std::optional<std::string_view> snapshot::get(table_number table, std::string_view key) const {
  if (!effect_log_)
    return txn_->get(from_->handle(table), key);
  auto found =
      answered(effect_log_, question("get", name_of(table), key), [&]() -> std::optional<bytes> {
        auto there = txn_->get(from_->handle(table), key);
        return there ? std::optional{bytes{*there}} : std::nullopt;
      });
  if (!found)
    return std::nullopt;
  return recalled_.emplace_back(std::move(*found));
}

cursor snapshot::scan(table_number table) const {
  return {txn_ ? std::optional{txn_->scan(from_->handle(table))} : std::nullopt, effect_log_,
          effect_log_ ? name_of(table) : std::string{}};
}

cursor snapshot::scan(index_number index) const {
  return {txn_ ? std::optional{txn_->scan(from_->handle(index))} : std::nullopt, effect_log_,
          effect_log_ ? name_of(index) : std::string{}};
}

} // namespace troupe::storage
