#include <doctest/doctest.h>

#include "tools/troupe/shell_render.hpp"
#include "tools/troupe/shell_session.hpp"
#include "tools/troupe/shell_words.hpp"

using namespace troupe;
using namespace troupe::tool;

namespace {

json read(std::string_view text) {
  return parse_json(text).value();
}

} // namespace

TEST_SUITE("shell rendering") {

  TEST_CASE("splits a line as a Unix shell does") {
    using message = std::vector<std::string>;
    CHECK(split_words("  a  'b c' d\"e f\"g \\' '' ") == message{"a", "b c", "de fg", "'", ""});
    CHECK(split_words("").empty());
    CHECK(split_words("send /a x {\"k\": \"a b\"}")
          == message{"send", "/a", "x", "{\"k\": \"a b\"}"});
    CHECK(split_words("open 'quote") == message{"open", "quote"});
  }

  TEST_CASE("a list of maps is a table, numbers to the right") {
    auto rows = read(R"([{"name":"a","builds":5,"ok":true},
                       {"name":"long name","builds":12,"x_y":null}])");
    CHECK(render("builders", rows, {})
          == "NAME       BUILDS  OK   X Y\n"
             "a               5  yes\n"
             "long name      12         -\n");
    CHECK(render("builders", rows, {.columns = 10}).find('\n') == 10);
  }

  TEST_CASE("control characters and instants are made fit for a table") {
    auto rows = read(R"([{"at":"2026-11-22T20:42:16.123456Z","text":"a\nb\u001b[31m"}])");
    CHECK(render("x", rows, {})
          == "AT                    TEXT\n2026-11-22 20:42:16Z  a\\x0ab\\x1b[31m\n");
  }

  TEST_CASE("a map shows its keys, and tables within it") {
    auto map = read(R"({"a":1,"long":"text","rows":[{"n":1}],"none":[]})");
    CHECK(render("build", map, {}) == "a:    1\nlong: text\nrows:\n  N\n  1\nnone: []\n");
  }

  TEST_CASE("for programs there is one envelope for answers and errors") {
    CHECK(json_line("tree", read("[1]"))
          == "{\"troupe_shell\":1,\"command\":\"tree\",\"content\":[1]}\n");
    CHECK(json_error_line("stop", {errc::not_found, "no such build"})
          == "{\"troupe_shell\":1,\"command\":\"stop\",\"error\":{\"code\":\"not_found\","
             "\"message\":\"no such build\"}}\n");
  }

  TEST_CASE("the tree is shown by indentation") {
    auto page = read(R"({"services":[{"path":"/","kind":"master"},{"path":"/a","kind":"x"},
                                   {"path":"/a/b","kind":"y"}],"next":"/c"})");
    CHECK(render("tree", page, {})
          == "SERVICE  KIND\n/        master\n  a      x\n    b    y\n"
             "there is more: tree --from /c\n");
  }

  TEST_CASE("a plan lists what it does, with the keys that differ") {
    auto outcome = read(R"({"outcome":"keeps 3, tells 1","plan":{"kept":3,"left_out":2,"changes":[
    {"act":"tell","path":"/b","keys":["builder.tags"]},{"act":"start","path":"/c","keys":[]}]}})");
    CHECK(render("reconfig", outcome, {})
          == "keeps 3, tells 1\n  tell   /b\n         builder.tags\n  start  /c\n  and 2 more\n");
  }

  TEST_CASE("words are resolved as paths where the usage says so") {
    using message = std::vector<std::string>;
    CHECK(resolve_path("/a/b", "c") == "/a/b/c");
    CHECK(resolve_path("/a/b", "../c/.") == "/a/c");
    CHECK(resolve_path("/", "../..") == "/");
    CHECK(resolve_path("/a", "/x/") == "/x");
    CHECK(resolve_words("/a", "PATH [N]", {"mailbox", "b", "5"})
          == message{"mailbox", "/a/b", "5"});
    CHECK(resolve_words("/a", "[PATH] [--depth N]", {"tree", "--depth", "1"})
          == message{"tree", "/a", "--depth", "1"});
    CHECK(resolve_words("/", "[PATH]", {"ls"}) == message{"ls"});
    CHECK(resolve_words("/a", "PATH|TYPE", {"trace", "x::y"}) == message{"trace", "x::y"});
    CHECK(resolve_words("/a", "PATH|TYPE", {"trace", "./b"}) == message{"trace", "/a/b"});
    CHECK(resolve_words("/a", "[N]", {"changes"}) == message{"changes"});
  }

  TEST_CASE("an explanation is a sentence, with what else there is and its own reasons indented") {
    auto answer = read(R"({"about":"build b/1","causes":[
    {"message":"lock db is held by c/2","since":"2026-11-22T20:42:16.123456Z","until":null},
    {"message":"build b/1 waits","since":null,"until":"2026-11-22T20:42:17.000000Z"}],
    "chain":[{"about":"build c/2","causes":[{"message":"build c/2 \u001b runs","since":null,
                                             "until":null}]}]})");
    CHECK(render("why", answer, {})
          == "build b/1: lock db is held by c/2 (since 2026-11-22 20:42:16Z).\n"
             "  build b/1 waits (until 2026-11-22 20:42:17Z).\n"
             "  because build c/2 \\x1b runs.\n");
  }

  TEST_CASE("a page of a log loses its channel letters") {
    auto page = read(R"({"type":"s","text":"oout\nehm\n\n"})");
    CHECK(render("log", page, {}) == "out\nhm\n\n");
    CHECK(render("log", page, {.colours = true}) == "out\n\033[31mhm\033[0m\n\n");
    CHECK(render("log", read(R"({"type":"t","text":"plain\n"})"), {}) == "plain\n");
    CHECK(render("log", read(R"({"lines":3,"complete":true})"), {}).empty());
  }
}
