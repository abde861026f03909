#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: changes") {

  TEST_CASE_FIXTURE(data_stage, "a change has the fields of REST, with its sourcestamp") {
    CHECK(row("changes/2")
          == parse_json(
                 R"({"changeid":2,"author":"bob","committer":null,"files":["a.c","2.c"],"comments")"
                 R"(:"change 2\nin detail","revision":null,"when_timestamp":1700000120,"branch":nu)"
                 R"(ll,"category":null,"revlink":null,"properties":{"owner":["ada","Change"]},"rep)"
                 R"(ository":"","project":"","codebase":"","parent_changeids":[1],"sourcestamp":{")"
                 R"(ssid":1,"revision":"r1","branch":"main","repository":"git://x","project":"p",")"
                 R"(codebase":"","created_at":1700000000,"patch":null}})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "changes are filtered, ordered and paged") {
    check_collection("changes", 3);
    using ids = std::vector<std::string>;
    CHECK(column("changes", "changeid", {{"author", "ada"}}) == ids{"1", "3"});
    CHECK(column("changes", "changeid", {{"files__contains", "3.c"}}) == ids{"3"});
    CHECK(column("changes", "changeid", {{"when_timestamp__gt", "1700000060"}}) == ids{"2", "3"});
    CHECK(column("changes", "changeid", {{"order", "branch"}}) == ids{"2", "1", "3"});
  }

  TEST_CASE_FIXTURE(data_stage, "changes are found by what they are of") {
    CHECK(column("sourcestamps/1/changes", "changeid").size() == 3);
    CHECK(column("builds/1/changes", "changeid").size() == 3);
    CHECK(column("builders/linux/builds/1/changes", "changeid").size() == 3);
  }
}
