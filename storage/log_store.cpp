#include "storage/log_store.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "storage/check.hpp"
#include "storage/database.hpp"
#include "storage/key.hpp"
#include "storage/sync.hpp"

namespace troupe::storage {

namespace fs = std::filesystem;

namespace {

const std::string chunks_table = "chunks";
constexpr std::size_t draft_map_bytes = std::size_t{1} << 20;

lmdb::table make_chunks(const lmdb::env& env) {
  lmdb::write_txn txn{env};
  auto table = txn.make_table(chunks_table);
  txn.commit();
  return table;
}

bool is_period(std::string_view name) {
  return name.size() == 7 && name[4] == '-' && std::all_of(name.begin(), name.end(), [](char c) {
           return c == '-' || (c >= '0' && c <= '9');
         });
}

// Of `over`'s present chunk, if it belongs to `log`.
bool place_of(const lmdb::cursor& over, log_id log, std::int64_t& first_line) {
  log_id whose;
  if (!read_key(over.key(), whose, first_line))
    throw failed{{errc::corrupt, "the key of a log chunk is damaged"}};
  return whose == log;
}

} // namespace

std::string log_period(instant when) {
  std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(when)};
  return fmt::format("{:04}-{:02}", int{day.year()}, unsigned{day.month()});
}

struct log_store::period {
  lmdb::env env;
  lmdb::table chunks;

  period(const std::string& folder, std::size_t bytes_max, unsigned readers_max)
    : env{folder, {bytes_max, 4, readers_max, false}}, chunks{make_chunks(env)} {}
};

namespace {

const std::string draft_mark = ".new", dropped_mark = ".dropped";

// What an interrupted making or dropping left.
void remove_marked(const std::string& folder, const std::string& mark) {
  std::error_code ignored;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator{folder, ignored})
    if (entry.path().extension() == mark)
      found.push_back(entry.path());
  for (const auto& path : found)
    fs::remove_all(path, ignored);
}

// A month appears when it is whole: LMDB writes the head of a new file without a sync, and takes a
// half of it for damage.
void make_period(const fs::path& place) try {
  auto draft = place.string() + draft_mark;
  fs::remove_all(draft);
  fs::create_directory(draft);
  {
    // LMDB's lock file never gets fewer readers than it once had.
    lmdb::env env{draft, {.bytes_max = draft_map_bytes, .tables_max = 4, .readers_max = 1}};
    make_chunks(env);
  }
  fs::remove_all(place); // a folder without data, which an interrupted dropping can leave
  fs::rename(draft, place);
} catch (const fs::filesystem_error& bad) {
  throw failed{{bad.code() == std::errc::no_space_on_device ? errc::full : errc::io,
                fmt::format("{}: making the folder: {}", place.string(), bad.code().message())}};
}

} // namespace

log_store::log_store(std::string folder, std::size_t period_bytes_max, unsigned readers_max)
  : folder_{std::move(folder)}, period_bytes_max_{period_bytes_max}, readers_max_{readers_max} {
  remove_marked(folder_, draft_mark);
}

log_store::~log_store() = default;

std::shared_ptr<log_store::period> log_store::find(const std::string& name, bool make) const {
  std::lock_guard guard{open_};
  if (auto known = periods_.find(name); known != periods_.end())
    return known->second;
  auto place = fs::path{folder_} / name;
  std::error_code bad;
  if (!fs::exists(place / "data.mdb", bad)) {
    if (bad)
      throw failed{{errc::io, fmt::format("{}: {}", place.string(), bad.message())}};
    if (!make)
      return nullptr;
    make_period(place);
  }
  // Also if it was there: who made it may have been killed before it came to this.
  sync_folder(folder_);
  auto opened = std::make_shared<period>(place.string(), period_bytes_max_, readers_max_);
  periods_.emplace(name, opened);
  return opened;
}

// -- reading --------------------------------------------------------------------------------------

namespace {

// Moves to the chunk with `line` in it, or to the next one of the log.
bool seek_line(lmdb::cursor& over, log_id log, std::int64_t line, std::int64_t& first_line) {
  if (over.seek_back(key_of(log, line)) && place_of(over, log, first_line)
      && first_line + detail::chunk_line_count(over.value()) > line)
    return true;
  return over.seek(key_of(log, line)) && place_of(over, log, first_line);
}

} // namespace

std::optional<log_lines> log_store::chunk_at(log_id log, instant created_at,
                                             std::int64_t line) const {
  auto in = find(log_period(created_at), false);
  if (!in)
    return std::nullopt;
  lmdb::read_txn txn{in->env};
  auto over = txn.scan(in->chunks);
  std::int64_t first_line = 0;
  if (!seek_line(over, log, std::max<std::int64_t>(line, 0), first_line))
    return std::nullopt;
  auto out = detail::unpack_chunk(over.value());
  out.first_line = first_line;
  return out;
}

log_lines log_store::read(log_id log, instant created_at, std::int64_t first,
                          std::int64_t last) const {
  log_lines out;
  out.first_line = std::max<std::int64_t>(first, 0);
  auto in = find(log_period(created_at), false);
  if (!in || last < out.first_line)
    return out;
  lmdb::read_txn txn{in->env};
  auto over = txn.scan(in->chunks);
  std::int64_t place = 0;
  bool there = seek_line(over, log, out.first_line, place);
  while (there && place <= last) {
    auto chunk = detail::unpack_chunk(over.value());
    std::string_view text = chunk.text;
    for (; place < out.first_line; ++place, --chunk.count)
      text.remove_prefix(text.find('\n') + 1);
    if (out.count == 0)
      out.first_line = place;
    for (; place + chunk.count - 1 > last; --chunk.count)
      text.remove_suffix(text.size() - 1 - text.rfind('\n', text.size() - 2));
    out.text += text;
    out.count += chunk.count;
    there = over.next() && place_of(over, log, place);
  }
  return out;
}

// -- periods --------------------------------------------------------------------------------------

std::vector<std::string> log_store::periods() const {
  std::vector<std::string> out;
  std::error_code bad;
  for (const auto& entry : fs::directory_iterator{folder_, bad})
    if (auto name = entry.path().filename().string(); is_period(name))
      out.push_back(std::move(name));
  std::sort(out.begin(), out.end());
  return out;
}

result<std::size_t> log_store::drop_before(instant horizon) {
  auto oldest_kept = log_period(horizon);
  remove_marked(folder_, dropped_mark);
  std::size_t dropped = 0;
  for (const auto& name : periods()) {
    if (name >= oldest_kept)
      break;
    std::error_code bad;
    {
      // Readers that are in it keep its files until they leave; nobody opens it again.
      std::lock_guard guard{open_};
      periods_.erase(name);
      fs::rename(fs::path{folder_} / name, fs::path{folder_} / (name + dropped_mark), bad);
    }
    if (!bad)
      fs::remove_all(fs::path{folder_} / (name + dropped_mark), bad);
    if (bad)
      return failure{errc::io, fmt::format("{}/{}: deleting: {}", folder_, name, bad.message())};
    ++dropped;
  }
  return dropped;
}

// -- writing --------------------------------------------------------------------------------------

struct log_store::writing::open_period {
  std::shared_ptr<period> in;
  lmdb::write_txn txn;

  explicit open_period(std::shared_ptr<period> p) : in{std::move(p)}, txn{in->env} {}
};

log_store::writing::writing(log_store& to) : to_{to} {}
log_store::writing::~writing() = default;

namespace {

// What an attempt that failed left behind is beyond what the log's record tells of.
void make_way(lmdb::write_txn& txn, lmdb::table chunks, log_id log, std::int64_t first_line) {
  std::vector<std::string> leftovers;
  std::int64_t place = 0;
  auto over = txn.scan(chunks);
  for (bool there = over.seek(key_of(log, first_line)); there && place_of(over, log, place);
       there = over.next())
    leftovers.emplace_back(over.key());
  for (const auto& key : leftovers)
    txn.erase(chunks, key);
  auto before = txn.scan(chunks);
  if (before.seek_back(key_of(log, first_line)) && place_of(before, log, place)
      && place + detail::chunk_line_count(before.value()) > first_line)
    throw bad_operation{
        {errc::conflict, fmt::format("log {}: line {} is stored already, in the chunk from line {}",
                                     log.value, first_line, place)}};
}

} // namespace

void log_store::writing::append(std::string_view key, std::string_view chunk, instant created_at) {
  log_id log;
  std::int64_t first_line = 0;
  if (!read_key(key, log, first_line) || !log || first_line < 0)
    throw bad_operation{{errc::invalid, "a log chunk without a log and a place in it"}};
  try {
    static_cast<void>(detail::chunk_line_count(chunk));
  } catch (const failed& bad) {
    throw bad_operation{{errc::invalid, fmt::format("log {}: {}", log.value, bad.why().message)}};
  }
  auto name = log_period(created_at);
  auto& place = periods_[name];
  if (!place)
    place = std::make_unique<open_period>(to_.find(name, true));
  make_way(place->txn, place->in->chunks, log, first_line);
  place->txn.put(place->in->chunks, key, chunk);
}

void log_store::writing::commit() {
  for (auto& [name, place] : periods_)
    place->txn.commit();
}

} // namespace troupe::storage
