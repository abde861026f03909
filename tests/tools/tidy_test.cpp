#include <doctest/doctest.h>

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

  TEST_CASE("finds includes against the arrow and by the wrong door") {
    CHECK(words_about({{"storage/a.hpp", "#include \"runtime/b.hpp\"\n"},
                       {"runtime/b.hpp", "#include \"storage/a.hpp\"\n"}})
          == std::vector<std::string>{"storage/a.hpp: includes against the arrow: runtime/b.hpp"});
    CHECK(words_about(
              {{"actors/meson.build", "'a.cpp'"}, {"actors/a.cpp", "#include <caf/all.hpp>\n"}})
          == std::vector<std::string>{"actors/a.cpp: caf/all.hpp has its door elsewhere"});
  }

  TEST_CASE("finds headers and sources that nobody uses") {
    CHECK(words_about({{"storage/a.hpp", ""}, {"storage/b.cpp", "#include \"storage/c.hpp\"\n"}})
          == std::vector<std::string>{"storage/a.hpp: nobody includes it",
                                      "storage/b.cpp: is in no meson.build"});
    CHECK(words_about({{"tests/meson.build", "'x/b.cpp'"},
                       {"tests/x/a.hpp", ""},
                       {"tests/x/b.cpp", "#include \"a.hpp\"\n"}})
          == none{});
  }

  TEST_CASE("finds what is too long or too wide, in characters and not in bytes") {
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

  TEST_CASE("finds words that never land") {
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
}
