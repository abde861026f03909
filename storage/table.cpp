#include "storage/table.hpp"

#include <fmt/format.h>

namespace troupe::storage {

std::string_view unpacked(std::string_view value, std::string_view type) {
  if (value.empty() || value.front() <= 0)
    throw failed{{errc::corrupt, fmt::format("{}: a stored value is damaged", type)}};
  if (value.front() > record_format)
    throw failed{{errc::too_new, fmt::format("{}: stored in format {}, this program knows {}", type,
                                             int{value.front()}, int{record_format})}};
  return value.substr(1);
}

namespace {

bool start(cursor& over, const walk& how) {
  if (how.backwards) {
    if (how.past.empty())
      return over.seek_end(how.prefix);
    return over.seek_back(how.past) && (over.key() != how.past || over.previous());
  }
  if (how.past.empty())
    return over.seek(how.prefix);
  return over.seek(how.past) && (over.key() != how.past || over.next());
}

} // namespace

void visit_entries(cursor over, const walk& how,
                   const std::function<bool(std::string_view, std::string_view)>& visit) {
  bool there = how.limit > 0 && start(over, how);
  for (std::size_t seen = 0; there && over.key().starts_with(how.prefix);) {
    if (!visit(over.key(), over.value()) || ++seen == how.limit)
      return;
    there = how.backwards ? over.previous() : over.next();
  }
}

std::string_view id_in_index(std::string_view entry) {
  constexpr std::size_t id_bytes = 8;
  if (entry.size() < id_bytes)
    throw failed{{errc::corrupt, "an index entry is damaged"}};
  return entry.substr(entry.size() - id_bytes);
}

void dangling(index_number index, std::string_view entry) {
  std::int64_t number = 0;
  read_key(id_in_index(entry), number);
  throw failed{
      {errc::corrupt, fmt::format("index {} names record {}, which is not there",
                                  all_indexes()[static_cast<std::size_t>(index)].name, number)}};
}

} // namespace troupe::storage
