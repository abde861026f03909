#include "storage/key.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "storage/records/ids.hpp"

using namespace troupe;
using namespace troupe::storage;

namespace {

template <class T>
void check_order(const std::vector<T>& ascending) {
  for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
    CAPTURE(i);
    CHECK(key_of(ascending[i]) < key_of(ascending[i + 1]));
  }
  for (const auto& x : ascending) {
    T back{};
    CHECK(read_key(key_of(x), back));
    CHECK(back == x);
  }
}

} // namespace

TEST_SUITE("key") {

  TEST_CASE("numbers are in order, negative ones first") {
    using limits = std::numeric_limits<std::int64_t>;
    check_order<std::int64_t>({limits::min(), -65536, -1, 0, 1, 255, 256, 1 << 30, limits::max()});
  }

  TEST_CASE("text is in order, with NUL bytes and beginnings of each other") {
    using namespace std::string_literals;
    check_order<std::string>({"", "\0"s, "\0\0"s, "\0a"s, "\1", "a", "a\0"s, "a\0b"s, "a\1", "ab",
                              "a\xff", "b", "\xff"});
  }

  TEST_CASE("nothing comes before something") {
    check_order<std::optional<std::string>>({std::nullopt, "", "a"});
  }

  TEST_CASE("the first part decides, then the next") {
    std::vector<std::string> keys{key_of("a", -1), key_of("a", 7), key_of("ab", -5),
                                  key_of("b", 0)};
    CHECK(std::is_sorted(keys.begin(), keys.end()));
    std::string name;
    build_id id;
    instant when;
    auto key = key_of("linux", build_id{7}, instant{span{-3}});
    REQUIRE(read_key(key, name, id, when));
    CHECK(name == "linux");
    CHECK(id == build_id{7});
    CHECK(when == instant{span{-3}});
  }

  TEST_CASE("a key refuses every truncation and every appendage") {
    auto key = key_of("linux\0x", 5, std::optional<std::string>{"z"});
    std::string name;
    std::int64_t number = 0;
    std::optional<std::string> maybe;
    for (std::size_t n = 0; n < key.size(); ++n)
      CHECK_FALSE(read_key(std::string_view{key}.substr(0, n), name, number, maybe));
    CHECK_FALSE(read_key(key + "x", name, number, maybe));
  }

  TEST_CASE("long text stays within its bound, and one key is one text") {
    std::vector<std::string> keys;
    for (std::size_t size : {100, 157, 158, 159, 160, 161, 500, 5000})
      for (const char* fill : {"a", "b"})
        for (const char* end : {"", "x", "y"}) {
          keys.push_back(key_of(std::string(size, *fill) + end));
          keys.push_back(key_of(std::string(size, '\0') + fill + end));
        }
    for (const auto& key : keys)
      CHECK(key.size() <= key_text_bytes_max);
    std::sort(keys.begin(), keys.end());
    CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  }

  TEST_CASE("a beginning of a text is a beginning of its key") {
    for (std::size_t size : {0, 1, 100, 139, 140, 141, 142, 143, 158, 159, 200, 1000})
      for (char fill : {'p', '\0'})
        for (std::size_t more : {0, 1, 20, 300}) {
          CAPTURE(size);
          CAPTURE(more);
          auto key = key_of(std::string(size + more, fill));
          CHECK(key.starts_with(key_prefix_of(std::string(size, fill))));
        }
  }
}
