#include "storage/fingerprint.hpp"

#include <random>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace troupe;

TEST_SUITE("fingerprint") {

  // As docs/JOURNAL.md has them, computed by another program: stored ones must be found again.
  TEST_CASE("a fingerprint is the same in every process on every machine") {
    CHECK(fingerprint("") == 0xfa6ceea77e706d0dull);
    CHECK(fingerprint("a") == 0xd19b4e15a51d74b7ull);
    CHECK(fingerprint("journal") == 0x31ed76c143f54e71ull);
    CHECK(fingerprint("0123456789abcdef") == 0xe8422e4db7d4b6abull);
    CHECK(fingerprint("0123456789abcdefghijklmno") == 0xcf109eb379983ba4ull);
  }

  TEST_CASE("a fingerprint does not depend on where the bytes lie") {
    const std::string text = "some bytes that are longer than two steps of it";
    for (std::size_t offset = 0; offset < 16; ++offset) {
      auto moved = std::string(offset, 'x') + text + "y";
      CHECK(fingerprint(std::string_view{moved}.substr(offset, text.size())) == fingerprint(text));
    }
  }

  TEST_CASE("every bit, every length and every order counts") {
    std::set<std::uint64_t> seen;
    std::size_t count = 0;
    auto note = [&](std::string_view bytes) {
      seen.insert(fingerprint(bytes));
      ++count;
    };
    for (std::size_t size = 0; size <= 100; ++size)
      note(std::string(size, '\0'));
    for (std::size_t size = 1; size <= 70; ++size)
      for (std::size_t bit = 0; bit < 8 * size; ++bit) {
        std::string bytes(size, '\0');
        bytes[bit / 8] = static_cast<char>(1 << bit % 8);
        note(bytes);
      }
    const std::string a(16, 'a'), b(16, 'b');
    for (const auto& bytes : {a + b, b + a, a + a + b, a + b + a, b + a + a})
      note(bytes);
    CHECK(seen.size() == count);
  }

  TEST_CASE("a flipped bit changes half of the bits") {
    std::mt19937_64 random{1};
    std::int64_t changed = 0, rounds = 0;
    for (std::size_t size : {1, 7, 8, 9, 15, 16, 17, 31, 33, 200})
      for (int i = 0; i < 500; ++i) {
        std::string bytes(size, '\0');
        for (auto& c : bytes)
          c = static_cast<char>(random());
        auto before = fingerprint(bytes);
        auto bit = random() % (8 * size);
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
        auto bits = __builtin_popcountll(before ^ fingerprint(bytes));
        CHECK(bits > 5);
        changed += bits;
        ++rounds;
      }
    CHECK(changed > 31 * rounds);
    CHECK(changed < 33 * rounds);
  }

} // TEST_SUITE
