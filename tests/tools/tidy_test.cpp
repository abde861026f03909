#include <doctest/doctest.h>

#include "tests/support/temp_folder.hpp"
#include "tools/tidy/tidy.hpp"

using namespace troupe::tidy;

namespace {

std::vector<std::string> words_about(const sources& all) {
  std::vector<std::string> found;
  for (const auto& one : check(all))
    found.push_back(one.path + ": " + one.message);
  return found;
}

using none = std::vector<std::string>;

} // namespace

TEST_SUITE("tidy") {

  TEST_CASE("tidy finds includes against the arrow and by the wrong door") {
    CHECK(words_about({{"storage/a.hpp", "#include \"runtime/b.hpp\"\n"},
                       {"runtime/b.hpp", "#include \"storage/a.hpp\"\n"}})
          == std::vector<std::string>{"storage/a.hpp: includes against the arrow: runtime/b.hpp"});
    CHECK(words_about(
              {{"actors/meson.build", "'a.cpp'"}, {"actors/a.cpp", "#include <caf/all.hpp>\n"}})
          == std::vector<std::string>{"actors/a.cpp: caf/all.hpp has its door elsewhere"});
  }

  TEST_CASE("tidy finds headers and sources that nobody uses") {
    CHECK(words_about({{"storage/a.hpp", ""}, {"storage/b.cpp", "#include \"storage/c.hpp\"\n"}})
          == std::vector<std::string>{"storage/a.hpp: nobody includes it",
                                      "storage/b.cpp: is in no meson.build"});
    CHECK(words_about({{"tests/meson.build", "'x/b.cpp'"},
                       {"tests/x/a.hpp", ""},
                       {"tests/x/b.cpp", "#include \"a.hpp\"\n"}})
          == none{});
  }

  TEST_CASE("tidy finds what is too long or too wide, in characters and not in bytes") {
    std::string wide(101, 'x'), arrows;
    for (int i = 0; i < 100; ++i)
      arrows += "→";
    sources all{{"runtime/meson.build", "'a.cpp'"}, {"runtime/a.cpp", arrows + "\n" + wide + "\n"}};
    CHECK(words_about(all) == std::vector<std::string>{"runtime/a.cpp: 101 columns"});
    all["runtime/a.cpp"] = std::string(400, '\n');
    CHECK(words_about(all) == none{});
    all["runtime/a.cpp"] = std::string(401, '\n');
    CHECK(words_about(all).size() == 1);
  }

  TEST_CASE("tidy finds words that never land") {
    const std::string todo = std::string{"TO"} + "DO";
    sources all{{"actors/meson.build", "'a.cpp'"}, {"actors/a.cpp", {}}};
    for (const auto& [text, complaints] :
         std::initializer_list<std::pair<std::string, std::size_t>>{
             {"// " + todo + "(perf): faster.\n", 0},
             {"// " + todo + ": faster.\n", 1},
             {std::string{"x.th"} + "en([] {});\n", 1},
             {"// " + std::string{"FIX"} + "ME\n", 1}}) {
      all["actors/a.cpp"] = text;
      CHECK(check(all).size() == complaints);
    }
  }

  TEST_CASE("tidy finds an include of a higher floor of actors") {
    CHECK(words_about({{"actors/config/model/a.hpp", "#include \"actors/config/lua/b.hpp\"\n"},
                       {"actors/config/lua/b.hpp", "#include \"actors/config/model/a.hpp\"\n"},
                       {"actors/brd/meson.build", "'c.cpp'"},
                       {"actors/brd/c.cpp", "#include \"actors/config/lua/b.hpp\"\n"
                                            "#include \"actors/master/d.hpp\"\n"},
                       {"actors/master/d.hpp", ""}})
          == std::vector<std::string>{
              "actors/brd/c.cpp: includes a higher floor: actors/master/d.hpp",
              "actors/config/model/a.hpp: includes a higher floor: actors/config/lua/b.hpp",
              "actors/config/lua: a circle of folders: actors/config/lua "
              "(actors/config/lua/b.hpp) -> actors/config/model (actors/config/model/a.hpp) -> "
              "actors/config/lua"});
  }

  TEST_CASE("tidy finds circles between folders, but lets messages be included both ways") {
    sources all{{"actors/a/x.hpp", "#include \"actors/b/messages.hpp\"\n"},
                {"actors/b/messages.hpp", ""},
                {"actors/b/y.hpp", "#include \"actors/a/x.hpp\"\n"},
                {"actors/b/meson.build", "'z.cpp'"},
                {"actors/b/z.cpp", "#include \"actors/b/y.hpp\"\n"}};
    CHECK(words_about(all) == none{});
    all["actors/a/x.hpp"] += "#include \"actors/b/y.hpp\"\n";
    CHECK(words_about(all).size() == 1);
  }

  TEST_CASE("tidy finds a Markdown line that is too wide, but for tables and code") {
    std::string wide = "a word";
    for (int i = 0; i < 20; ++i)
      wide += " and words";
    CHECK(words_about({{"docs/A.md", wide + "\n"}})
          == std::vector<std::string>{"docs/A.md: 206 columns"});
    CHECK(words_about(
              {{"docs/A.md", "| " + wide + " |\n\n    " + wide + "\n```\n" + wide + "\n```\n"}})
          == none{});
  }

  TEST_CASE("tidy finds a file that clang-format would write differently") {
    troupe::test::temp_folder folder;
    troupe::test::write_file(folder / ".clang-format", "BasedOnStyle: LLVM\n");
    troupe::test::write_file(folder / "good.cpp", "int a;\n");
    troupe::test::write_file(folder / "bad.cpp", "int a;\nint  b ;\n");
    auto found = check_format(folder.path(), {"good.cpp", "bad.cpp"});
    REQUIRE(found.size() == 1);
    CHECK(found[0].path == "bad.cpp");
    CHECK(found[0].line == 2);
  }

  TEST_CASE("tidy finds a reference that is stale") {
    std::vector<complaint> found;
    check_reference({{"docs/REFERENCE.md", "as it is"}}, "as it is", found);
    CHECK(found.empty());
    check_reference({{"docs/REFERENCE.md", "as it was"}}, "as it is", found);
    CHECK(found.size() == 1);
  }
}
