#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: queries") {

  TEST_CASE_FIXTURE(data_stage, "each operator of a filter holds for its rows") {
    using ids = std::vector<std::string>;
    auto found = [&](const parameters& with) { return column("changes", "changeid", with); };
    CHECK(found({{"changeid__eq", "2"}}) == ids{"2"});
    CHECK(found({{"changeid__ne", "2"}}) == ids{"1", "3"});
    CHECK(found({{"changeid__lt", "2"}}) == ids{"1"});
    CHECK(found({{"changeid__le", "2"}}) == ids{"1", "2"});
    CHECK(found({{"changeid__gt", "2"}}) == ids{"3"});
    CHECK(found({{"changeid__ge", "2"}}) == ids{"2", "3"});
    CHECK(found({{"comments__contains", "change 3"}}) == ids{"3"});
    CHECK(found({{"files__contains", "1.c"}, {"files__contains", "2.c"}}) == ids{"1", "2"});
    CHECK(found({{"changeid__in", "1"}, {"changeid__in", "3"}}) == ids{"1", "3"});
    CHECK(found({{"changeid__notin", "1"}, {"changeid__notin", "3"}}) == ids{"2"});
    CHECK(found({{"changeid", "1"}, {"changeid", "3"}}) == ids{"1", "3"});
    CHECK(found({{"author", "ada"}, {"changeid__gt", "1"}}) == ids{"3"}); // all filters hold
  }

  TEST_CASE_FIXTURE(data_stage, "null is below everything and neither more nor less") {
    using ids = std::vector<std::string>;
    CHECK(column("changes", "changeid", {{"branch__ne", "main"}}) == ids{"2"});
    CHECK(column("changes", "changeid", {{"branch__lt", "z"}}) == ids{"1", "3"});
    CHECK(column("changes", "changeid", {{"order", "-branch"}, {"order", "-changeid"}})
          == ids{"3", "1", "2"});
  }

  TEST_CASE_FIXTURE(data_stage, "fields are selected, and only those are filtered and ordered by") {
    CHECK(print(row("changes/1", {{"field", "author"}})) == R"({"author":"ada"})");
    CHECK(refusal("changes", {{"field", "author"}, {"order", "changeid"}})
          == "cannot order on un-selected fields");
    CHECK(refusal("changes", {{"field", "author"}, {"changeid", "1"}})
          == "cannot filter on un-selected fields");
  }

  TEST_CASE_FIXTURE(data_stage, "what makes no sense is refused in plain words") {
    CHECK(refusal("changes", {{"order", "-autor"}}) == "no such field 'autor'; is it author?");
    CHECK(refusal("changes", {{"autor", "ada"}})
          == "unrecognized query parameter 'autor': no such field 'autor'; is it author?");
    CHECK(refusal("changes", {{"changeid", "two"}}) == "invalid filter value for changeid");
    CHECK(refusal("builds", {{"complete", "maybe"}}) == "invalid filter value for complete");
    CHECK(refusal("changes", {{"limit", "many"}}) == "invalid limit");
    CHECK(refusal("changes", {{"offset", "-1"}}) == "invalid offset");
    CHECK(rows("changes", {{"changeid__like", "1"}, {"nothing__eq", "1"}}).size() == 3); // ignored
  }

  TEST_CASE_FIXTURE(data_stage, "a page of the newest needs no look at the others") {
    CHECK(column("changes", "changeid", {{"order", "-changeid"}, {"limit", "1"}, {"offset", "1"}})
          == std::vector<std::string>{"2"});
    CHECK(meta("changes", {{"order", "-changeid"}, {"limit", "1"}}).as_object().empty());
  }

  TEST_CASE_FIXTURE(data_stage, "paths are matched by their parts") {
    CHECK(refusal("a/b") == "Invalid path: a/b");
    CHECK(refusal("") == "Invalid path: ");
    CHECK(refusal("builds/one") == "Invalid path: builds/one");
    CHECK(data::find_place("builders/7").value().parts.has("builderid")); // numbers before names
    CHECK(data::find_place("builders/seven").value().parts.text("buildername") == "seven");
  }
}
