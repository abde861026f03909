// What is asked of the rows at a path: which fields, which rows, in which order, which page.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/data/entity.hpp"

namespace troupe::data {

enum class filter_operator { eq, ne, lt, le, gt, ge, contains, in, notin };

/// With several values eq and in are "one of", ne and notin "none of", contains "any of".
struct filter {
  std::string field;
  filter_operator by = filter_operator::eq;
  std::vector<std::string> values;
};

struct ordering {
  std::string field;
  bool descending = false;
};

struct query {
  std::vector<std::string> fields; ///< None: all that REST shows.
  std::vector<filter> filters;     ///< All of them hold.
  std::vector<ordering> order;
  std::optional<std::size_t> limit;
  std::size_t offset = 0;
  std::vector<std::string> properties;
};

/// From the parameters of a request for `of`, as "field=F", "order=-F", "F__ge=3", "limit=5". The
/// same filter given several times has several values.
result<query> read_query(const entity& of,
                         const std::vector<std::pair<std::string, std::string>>& parameters);

/// Refuses fields that there are not, values that cannot be read, and filters and orders by fields
/// that are not selected.
result<void> check(const entity& of, const query& asked);

/// What a path may leave out.
scan scan_for(const entity& of, const query& asked);

/// The rows for which all filters hold, in order; `total` is how many there were before the page
/// was cut out. The query is checked.
std::vector<row> select(const entity& of, const query& asked, std::vector<row> rows,
                        std::size_t& total);

} // namespace troupe::data
