#include <doctest/doctest.h>
#include <fmt/format.h>

#include "actors/botmaster/build/log_limit.hpp"

using namespace troupe;
using troupe::botmaster::log_limit;

TEST_SUITE("log limit") {

  TEST_CASE("without a limit everything is kept") {
    log_limit log;
    CHECK(log.take("one\ntwo\n", 'o', true, {}, 5) == "oone\notwo\n");
    CHECK(log.take("three\n", 't', false, {}, {}) == "three\n");
    CHECK(log.finish(true, 5).empty());
  }

  TEST_CASE("the beginning is kept line by line, then a word says that it was cut") {
    log_limit log;
    const std::string note = "hOutput exceeded 8 bytes, suppressing remaining output\n";
    CHECK(log.take("one\ntwo\n", 'o', true, 8, {}) == "oone\notwo\n");
    CHECK(log.take("x\n", 'e', true, 8, {}) == note);
    CHECK(log.take("y\n", 'o', true, 8, {}).empty());
    CHECK(log.take("end\n", 'h', true, 8, {}) == "hend\n");
    CHECK(log.finish(true, {}).empty());
    log_limit other;
    CHECK(other.take("one\ntwo\nthree\n", 'o', true, 9, {})
          == "oone\notwo\nhOutput exceeded 9 "
             "bytes, suppressing remaining output\n");
  }

  TEST_CASE("the last lines that fit are kept, wherever the rest is cut") {
    for (std::int64_t most = 0; most <= 40; ++most) {
      log_limit log;
      std::string all;
      for (int n = 0; n < 200; ++n) {
        auto line = std::string(static_cast<std::size_t>(n % 7), 'x') + "\n";
        all += line;
        log.take(line, n % 2 ? 'e' : 'o', true, 1, most);
        CHECK(static_cast<std::int64_t>(log.tail.size()) <= 2 * most + 8);
      }
      auto end = log.finish(true, most);
      std::string kept;
      for (std::size_t at = end.find('\n') + 1; at < end.size();) {
        auto next = end.find('\n', at) + 1;
        kept += end.substr(at + 1, next - at - 1);
        at = next;
      }
      CHECK(static_cast<std::int64_t>(kept.size()) <= most);
      CHECK(static_cast<std::int64_t>(kept.size()) > most - 7);
      CHECK(all.substr(all.size() - kept.size()) == kept);
      if (!end.empty())
        CHECK(end.rfind(fmt::format("hFinal {} bytes follow below:\n", kept.size()), 0) == 0);
    }
  }
}
