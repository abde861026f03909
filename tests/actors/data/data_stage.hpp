// A store with a bit of everything, and what REST would show of it.
#pragma once

#include <doctest/doctest.h>

#include "actors/config/model/model.hpp"
#include "actors/data/read.hpp"
#include "storage/records/operation.hpp"
#include "storage/records/scheduler.hpp"
#include "tests/support/temp_store.hpp"

namespace troupe::testing {

using parameters = std::vector<std::pair<std::string, std::string>>;

class data_stage {
public:
  data_stage();

  /// The rows at a path, as REST shows them.
  boost::json::array rows(std::string_view path, const parameters& with = {});
  /// One field of all rows.
  std::vector<std::string> column(std::string_view path, std::string_view field,
                                  const parameters& with = {});
  /// The only row.
  json row(std::string_view path, const parameters& with = {});
  json meta(std::string_view path, const parameters& with = {});
  std::string refusal(std::string_view path, const parameters& with = {});

  /// What holds of every collection: it is ordered by each field both ways, each field filters its
  /// own values, pages are parts of the whole, and a field that there is not is refused with the
  /// nearest that there is.
  void check_collection(std::string_view path, std::size_t rows_expected);

  storage::snapshot read() { return disk_->read(); }

  model::master configured;

private:
  result<json> ask(std::string_view path, const parameters& with);

  test::temp_store disk_;
};

} // namespace troupe::testing
