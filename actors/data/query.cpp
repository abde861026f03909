#include "actors/data/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace troupe::data {

namespace {

constexpr std::array<std::string_view, 9> operators{"eq", "ne",       "lt", "le",   "gt",
                                                    "ge", "contains", "in", "notin"};

result<std::size_t> read_count(std::string_view name, std::string_view text) {
  std::size_t number = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (bad != std::errc{} || end != text.data() + text.size())
    return failure{errc::invalid, fmt::format("invalid {}", name)};
  return number;
}

/// The name and operator of "buildid__ge".
std::pair<std::string_view, std::optional<filter_operator>> parts_of(std::string_view name) {
  auto at = name.rfind("__");
  if (at == std::string_view::npos)
    return {name, filter_operator::eq};
  auto known = std::find(operators.begin(), operators.end(), name.substr(at + 2));
  if (known == operators.end())
    return {name.substr(0, at), std::nullopt};
  return {name.substr(0, at), static_cast<filter_operator>(known - operators.begin())};
}

void add_filter(query& to, std::string_view field, filter_operator by, const std::string& text) {
  for (auto& one : to.filters)
    if (one.field == field && one.by == by) {
      one.values.push_back(text);
      return;
    }
  to.filters.push_back({std::string{field}, by, {text}});
}

bool is_selected(const query& asked, const std::string& field) {
  return asked.fields.empty()
         || std::find(asked.fields.begin(), asked.fields.end(), field) != asked.fields.end();
}

/// A filter whose values are read.
struct rule {
  const field* on;
  filter_operator by;
  std::vector<value> values;
};

bool same(const value& a, const value& b) {
  return !is_less(a, b) && !is_less(b, a);
}

/// Times and durations are filtered by whole seconds, as they are shown.
value in_whole_seconds(value x) {
  if (auto* time = std::get_if<instant>(&x))
    *time = std::chrono::floor<std::chrono::seconds>(*time);
  else if (auto* length = std::get_if<span>(&x))
    *length = std::chrono::floor<std::chrono::seconds>(*length);
  return x;
}

bool holds(const rule& that, const value& is) {
  auto any = [&](auto test) { return std::any_of(that.values.begin(), that.values.end(), test); };
  auto equal = [&](const value& wanted) { return same(is, wanted); };
  switch (that.by) {
  case filter_operator::eq:
  case filter_operator::in:
    return any(equal);
  case filter_operator::ne:
  case filter_operator::notin:
    return !any(equal);
  case filter_operator::contains:
    return any([&](const value& wanted) { return contains(is, wanted); });
  default:
    break;
  }
  if (is_null(is)) // is neither more nor less than anything
    return false;
  return any([&](const value& wanted) {
    switch (that.by) {
    case filter_operator::lt:
      return is_less(is, wanted);
    case filter_operator::le:
      return !is_less(wanted, is);
    case filter_operator::gt:
      return is_less(wanted, is);
    default:
      return !is_less(is, wanted);
    }
  });
}

/// A list is asked what it contains by the text of a part of it.
value_type type_for(const field& on, filter_operator by) {
  return by == filter_operator::contains && on.type != value_type::text ? value_type::list
                                                                        : on.type;
}

std::vector<rule> rules_of(const entity& of, const query& asked) {
  std::vector<rule> rules;
  for (const auto& one : asked.filters) {
    rule that{of.find(one.field), one.by, {}};
    for (const auto& text : one.values)
      that.values.push_back(read_value(type_for(*that.on, one.by), text).value());
    rules.push_back(std::move(that));
  }
  return rules;
}

void sort(const entity& of, const query& asked, std::vector<row>& rows) {
  std::vector<std::pair<std::vector<value>, std::size_t>> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& key = keys.emplace_back(std::vector<value>{}, i).first;
    for (const auto& one : asked.order)
      key.push_back(rows[i][one.field]);
    key.push_back(rows[i][of.fields.front()]);
  }
  std::stable_sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) {
    for (std::size_t i = 0; i < a.first.size(); ++i) {
      bool turned = i < asked.order.size() && asked.order[i].descending;
      const auto& less = turned ? b.first[i] : a.first[i];
      const auto& more = turned ? a.first[i] : b.first[i];
      if (is_less(less, more) || is_less(more, less))
        return is_less(less, more);
    }
    return false;
  });
  std::vector<row> sorted;
  for (const auto& [key, place] : keys)
    sorted.push_back(std::move(rows[place]));
  rows = std::move(sorted);
}

} // namespace

result<query> read_query(const entity& of,
                         const std::vector<std::pair<std::string, std::string>>& parameters) {
  query asked;
  for (const auto& [name, text] : parameters) {
    if (name == "field") {
      asked.fields.push_back(text);
    } else if (name == "property") {
      asked.properties.push_back(text);
    } else if (name == "order") {
      bool descending = !text.empty() && text.front() == '-';
      asked.order.push_back({descending ? text.substr(1) : text, descending});
    } else if (name == "limit" || name == "offset") {
      auto number = read_count(name, text);
      if (!number)
        return number.error();
      if (name == "limit")
        asked.limit = *number;
      else
        asked.offset = *number;
    } else {
      auto [field, by] = parts_of(name);
      bool with_operator = field.size() < name.size();
      if (of.find(field) && by)
        add_filter(asked, field, *by, text);
      else if (!with_operator) // Buildbot ignores unknown operators, and unknown fields with one
        return failure{errc::invalid, fmt::format("unrecognized query parameter '{}': {}", name,
                                                  of.no_such_field(name).message)};
    }
  }
  if (auto checked = check(of, asked); !checked)
    return checked.error();
  return asked;
}

result<void> check(const entity& of, const query& asked) {
  for (const auto& name : asked.fields)
    if (!of.find(name))
      return of.no_such_field(name);
  for (const auto& one : asked.order)
    if (!of.find(one.field))
      return of.no_such_field(one.field);
    else if (!is_selected(asked, one.field))
      return failure{errc::invalid, "cannot order on un-selected fields"};
  for (const auto& one : asked.filters) {
    const auto* on = of.find(one.field);
    if (!on)
      return of.no_such_field(one.field);
    if (!is_selected(asked, one.field))
      return failure{errc::invalid, "cannot filter on un-selected fields"};
    for (const auto& text : one.values)
      if (!read_value(type_for(*on, one.by), text))
        return failure{errc::invalid, fmt::format("invalid filter value for {}", one.field)};
  }
  return {};
}

// Only where nothing else is asked, or rows would be missing.
scan scan_for(const entity& of, const query& asked) {
  scan only;
  for (const auto& one : asked.filters)
    if (one.field == "complete" && one.by == filter_operator::eq && one.values.size() == 1)
      only.incomplete = read_value(value_type::boolean, one.values[0]) == value{false};
  bool newest_first = asked.order.size() == 1 && asked.order[0].descending
                      && asked.order[0].field == of.fields.front().name;
  if (asked.filters.empty() && newest_first && asked.limit
      && *asked.limit < only.newest - asked.offset)
    only.newest = asked.offset + *asked.limit;
  return only;
}

std::vector<row> select(const entity& of, const query& asked, std::vector<row> rows,
                        std::size_t& total) {
  auto rules = rules_of(of, asked);
  std::erase_if(rows, [&](const row& one) {
    return !std::all_of(rules.begin(), rules.end(), [&](const rule& that) {
      return holds(that, in_whole_seconds(one[*that.on]));
    });
  });
  total = rows.size();
  sort(of, asked, rows);
  rows.erase(rows.begin(),
             rows.begin() + static_cast<std::ptrdiff_t>(std::min(asked.offset, rows.size())));
  if (asked.limit && *asked.limit < rows.size())
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(*asked.limit), rows.end());
  return rows;
}

} // namespace troupe::data
