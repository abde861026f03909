#include "tests/support/store_content.hpp"

#include "storage/records/build.hpp"
#include "storage/table.hpp"

namespace troupe::testing {

json content_of(const storage::snapshot& from, storage::store& logs_of) {
  boost::json::object all;
  for (const auto& table : storage::all_tables()) {
    if (table.number == storage::table_number::meta)
      continue;
    boost::json::array records;
    storage::visit_entries(from.scan(table.number), {}, [&](auto, std::string_view value) {
      records.push_back(table.show(value));
      return true;
    });
    if (!records.empty())
      all[std::string{table.name}] = std::move(records);
  }
  boost::json::object logs;
  storage::visit_entries(
      from.scan(storage::table_number::logs), {}, [&](auto, std::string_view value) {
        auto log = storage::unpack<records::log>(value);
        logs[std::to_string(log.id.value)] =
            to_json(logs_of.logs().read(log.id, log.created_at, 0, 1'000'000).text);
        return true;
      });
  all["log content"] = std::move(logs);
  return all;
}

} // namespace troupe::testing
