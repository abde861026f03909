#include "actors/data/read.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::data {

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos)
      return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 18
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_identifier(std::string_view text) {
  auto begins = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  return !text.empty() && begins(text.front())
         && std::all_of(text.begin(), text.end(),
                        [&](char c) { return begins(c) || (c >= '0' && c <= '9') || c == '.'; });
}

/// "%2F" is a slash within a part.
std::string decoded(std::string_view text) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%' && i + 2 < text.size()
        && std::isxdigit(static_cast<unsigned char>(text[i + 1]))
        && std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  return out;
}

/// A part of a pattern is a word, or "n:NAME", "i:NAME", "s:NAME".
bool takes(std::string_view pattern, std::string_view part, captures& into) {
  if (pattern.size() < 2 || pattern[1] != ':')
    return pattern == part;
  auto text = decoded(part);
  if ((pattern[0] == 'n' && !is_number(text)) || (pattern[0] == 'i' && !is_identifier(text)))
    return false;
  into.parts.insert_or_assign(std::string{pattern.substr(2)}, std::move(text));
  return true;
}

/// How many parts of a pattern take any text: the fewer, the better it fits.
std::size_t looseness(std::string_view pattern) {
  std::size_t loose = 0;
  for (auto part : split(pattern))
    loose += part.starts_with("s:") ? 2 : part.starts_with("i:") ? 1 : 0;
  return loose;
}

} // namespace

result<place> find_place(std::string_view wanted) {
  auto parts = split(wanted);
  place best;
  for (const auto* of : all_entities())
    for (const auto& one : of->paths) {
      auto patterns = split(one.pattern);
      place here{of, &one, {}};
      bool fits = patterns.size() == parts.size();
      for (std::size_t i = 0; fits && i < parts.size(); ++i)
        fits = takes(patterns[i], parts[i], here.parts);
      if (fits && (!best.of || looseness(one.pattern) < looseness(best.at->pattern)))
        best = std::move(here);
    }
  if (!best.of)
    return failure{errc::not_found, fmt::format("Invalid path: {}", wanted)};
  return best;
}

result<answer> get(const reading& from, std::string_view path, const query& asked) {
  auto where = find_place(path);
  if (!where)
    return where.error();
  const auto& of = *where->of;
  if (auto checked = check(of, asked); !checked)
    return checked.error();
  answer found{&of, where->at->single, {}, {}};
  if (found.single && (!asked.filters.empty() || !asked.order.empty()))
    return failure{errc::invalid, "this is not a collection"};
  auto only = scan_for(of, asked);
  for (auto& record : where->at->rows(from, where->parts, only))
    found.rows.emplace_back(of, from, std::move(record));
  if (found.single) {
    if (found.rows.empty())
      return failure{errc::not_found, fmt::format("not found while getting from {}", path)};
    return found;
  }
  std::size_t total = 0;
  found.rows = select(of, asked, std::move(found.rows), total);
  if (only.newest == scan{}.newest)
    found.total = total;
  return found;
}

json rest_form(const answer& of, const query& asked) {
  std::vector<const field*> shown;
  for (const auto& one : of.of->fields)
    if (asked.fields.empty()
            ? one.in_rest
            : std::find(asked.fields.begin(), asked.fields.end(), one.name) != asked.fields.end())
      shown.push_back(&one);
  boost::json::array rows;
  for (const auto& one : of.rows) {
    boost::json::object out;
    for (const auto* field : shown)
      out[field->name] = rest_form(one[*field]);
    rows.push_back(std::move(out));
  }
  boost::json::object meta;
  if (of.total)
    meta["total"] = *of.total;
  return boost::json::object{{of.of->plural, std::move(rows)}, {"meta", std::move(meta)}};
}

std::vector<row> rows_of(const reading& from, std::string_view path, const query& asked) {
  return std::move(get(from, path, asked).value().rows);
}

json rest_object(const reading& from, const entity& of, std::int64_t key) {
  auto found = get(from, fmt::format("{}/{}", of.plural, key));
  if (!found)
    return nullptr;
  return rest_form(*found, {}).at(of.plural).as_array().at(0);
}

const std::vector<const entity*>& all_entities() {
  static const std::vector<const entity*> all{
      &builders(),      &builds(), &buildrequests(), &buildsets(),        &changes(),
      &changesources(), &logs(),   &masters(),       &patches(),          &schedulers(),
      &sourcestamps(),  &steps(),  &workers(),       &reconfigurations(), &acts()};
  return all;
}

} // namespace troupe::data
