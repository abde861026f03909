#include "storage/batch.hpp"

#include <algorithm>
#include <iterator>

#include "storage/check.hpp"
#include "storage/log_store.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/operation.hpp"
#include "storage/records/scheduler.hpp"
#include "storage/records/sourcestamp.hpp"
#include "storage/records/state.hpp"
#include "storage/table.hpp"

namespace troupe::storage {

template <stored_record Record>
batch& batch::put(const Record& record) {
  using traits = table_traits<Record>;
  operations.push_back({operation_kind::put,
                        static_cast<std::uint16_t>(traits::number),
                        key_of(traits::key_of(record)),
                        pack(record),
                        {}});
  return *this;
}

template <stored_record Record>
batch& batch::erase(const typename table_traits<Record>::key& key) {
  operations.push_back({operation_kind::erase,
                        static_cast<std::uint16_t>(table_traits<Record>::number),
                        key_of(key),
                        {},
                        {}});
  return *this;
}

#define TROUPE_STORED(record)                                                                      \
  template batch& batch::put(const records::record&);                                              \
  template batch& batch::erase<records::record>(const table_traits<records::record>::key&);

TROUPE_STORED(change)
TROUPE_STORED(sourcestamp)
TROUPE_STORED(patch)
TROUPE_STORED(buildset)
TROUPE_STORED(buildrequest)
TROUPE_STORED(build)
TROUPE_STORED(step)
TROUPE_STORED(log)
TROUPE_STORED(builder)
TROUPE_STORED(worker)
TROUPE_STORED(scheduler)
TROUPE_STORED(scheduler_change)
TROUPE_STORED(master)
TROUPE_STORED(user)
TROUPE_STORED(object_state)
TROUPE_STORED(service_state)
TROUPE_STORED(reconfiguration)
TROUPE_STORED(act)

#undef TROUPE_STORED

namespace {

// As many whole lines as fit a chunk, at least one.
std::string_view next_chunk(std::string_view text) {
  if (text.size() <= log_chunk_bytes_max)
    return text;
  auto end = text.rfind('\n', log_chunk_bytes_max - 1);
  if (end == std::string_view::npos)
    end = text.find('\n');
  return text.substr(0, end + 1);
}

} // namespace

log_added batch::append_log(log_id log, instant created_at, std::int64_t first_line,
                            std::string_view text) {
  TROUPE_CHECK(log && first_line >= 0, "log text has a log and a place in it");
  TROUPE_CHECK(!text.empty() && text.back() == '\n', "log text is one or more whole lines");
  log_added added;
  while (!text.empty()) {
    auto chunk = next_chunk(text);
    auto lines = std::int64_t{std::count(chunk.begin(), chunk.end(), '\n')};
    operation op{operation_kind::append_log, 0, key_of(log, first_line + added.lines),
                 detail::pack_chunk(chunk, lines), created_at};
    added.lines += lines;
    added.raw_bytes += std::int64_t(chunk.size());
    added.stored_bytes += std::int64_t(op.value.size());
    operations.push_back(std::move(op));
    text.remove_prefix(chunk.size());
  }
  return added;
}

batch& batch::put_state(std::string path, std::string kind, bytes state) {
  return put(records::service_state{std::move(path), std::move(kind), std::move(state)});
}

batch& batch::erase_state(std::string path) {
  return erase<records::service_state>({std::move(path)});
}

batch& batch::add(batch other) {
  std::move(other.operations.begin(), other.operations.end(), std::back_inserter(operations));
  return *this;
}

std::size_t batch::byte_count() const {
  std::size_t count = 0;
  for (const auto& op : operations)
    count += op.key.size() + op.value.size() + sizeof op;
  return count;
}

} // namespace troupe::storage
