#include <doctest/doctest.h>

#include "actors/debug/protocol.hpp"

using namespace troupe;
using namespace troupe::debug;

TEST_SUITE("shell protocol") {

  TEST_CASE("cuts what arrives into lines, wherever it is split") {
    const std::string all = "one\ntwo\r\n\nthree\n";
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
      line_reader reader;
      auto lines = reader.take(std::string_view{all}.substr(0, cut)).value();
      for (auto& line : reader.take(std::string_view{all}.substr(cut)).value())
        lines.push_back(line);
      CHECK(lines == std::vector<std::string>{"one", "two", "three"});
      CHECK(reader.pending.empty());
    }
  }

  TEST_CASE("the shell's protocol refuses a line without an end once it is too long") {
    line_reader reader;
    CHECK(reader.take(std::string(line_bytes_max, 'x')));
    auto more = reader.take("x");
    REQUIRE_FALSE(more);
    CHECK(more.error().code == errc::invalid);
  }

  TEST_CASE("the shell's protocol reads a request, and says what is wrong with another") {
    auto request = read_request(R"({"v":1,"id":7,"command":"tree","args":["/db"]})");
    REQUIRE(request);
    CHECK(request->id == 7);
    CHECK(request->args == std::vector<std::string>{"/db"});
    for (auto line : {"", "hello", "[1]", R"({"v":1,"id":"x"})", R"({"v":2,"id":1,"command":"a"})",
                      R"({"v":1,"comand":"tree"})"})
      CHECK_FALSE(read_request(line));
  }

  TEST_CASE("an answer is one line, whatever is in it") {
    auto line = answer_line(3, json("a\nb"), true);
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(parse_json(line).value().at("more").as_bool());
    auto error = error_line(3, {errc::not_found, "nobody\nis there"});
    CHECK(error.find('\n') == error.size() - 1);
    CHECK(parse_json(error).value().at("error").at("code") == "not_found");
  }
}
