// A real store in a scratch folder, small enough to fill.
#pragma once

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "storage/store.hpp"
#include "tests/support/temp_folder.hpp"

namespace troupe::test {

inline storage::store_options small_store() {
  return {.records_bytes_max = 16 << 20, .log_period_bytes_max = 16 << 20, .readers_max = 16};
}

class temp_store {
public:
  temp_store() { reopen(); }

  void reopen(storage::store_options options = small_store()) {
    store_.reset();
    auto opened = storage::store::open(folder(), options);
    REQUIRE_MESSAGE(opened, opened.error().message);
    store_ = std::move(*opened);
  }
  void close() { store_.reset(); }

  std::string folder() const { return scratch_ / "store"; }
  storage::store* operator->() { return store_.get(); }
  storage::store& operator*() { return *store_; }

private:
  temp_folder scratch_;
  std::unique_ptr<storage::store> store_;
};

} // namespace troupe::test
