#include "actors/botmaster/build/step_logs.hpp"

#include <doctest/doctest.h>

#include "runtime/secrets/vault.hpp"

using namespace troupe;
using namespace troupe::botmaster;

namespace {

/// The logs of step 3.
struct logs_case {
  runtime::vault secrets;
  unsaved out;
  std::vector<growing_log> kept;

  step_logs logs(log_bounds bounds = {}) {
    return {kept, step_id{3}, bounds, handling{instant{}, {}, {}, secrets, out}};
  }
  std::size_t chunks() {
    const auto& all = out.batch().operations;
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& one) {
      return one.kind == storage::operation_kind::append_log;
    }));
  }
};

} // namespace

TEST_SUITE("step logs") {

  TEST_CASE_FIXTURE(logs_case, "lines are kept with their channel until they are stored") {
    auto logs = this->logs();
    auto& log = logs.named("stdio");
    logs.append(log, 'o', "one\ntw");
    logs.append(log, 'e', "bad\n");
    CHECK(log.lines == "oone\nebad\n");
    CHECK(chunks() == 0);
    logs.store();
    CHECK(log.lines.empty());
    CHECK(log.record.num_lines == 2);
    CHECK(chunks() == 1);
    logs.finish();
    CHECK(log.record.num_lines == 3);
    CHECK(log.record.complete);
  }

  TEST_CASE_FIXTURE(logs_case, "logs of one step have different ids and slugs") {
    auto logs = this->logs();
    logs.named("a b");
    logs.named("a/b");
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].record.slug == "a_b");
    CHECK(kept[1].record.slug == "a_b_2");
    CHECK(kept[0].record.id != kept[1].record.id);
    logs.named("a b");
    CHECK(kept.size() == 2);
  }

  TEST_CASE_FIXTURE(logs_case, "there is room for what the build says, after the step's own logs") {
    auto logs = this->logs();
    for (int n = 0; n < 61; ++n)
      logs.named("log " + std::to_string(n));
    CHECK_THROWS(logs.named("one more"));
    logs.add("err.text", "trouble");
    CHECK(kept.back().record.complete);
  }

  TEST_CASE_FIXTURE(logs_case, "secrets are masked, and bounds kept, before lines are stored") {
    secrets.hide({"Correct-Horse"});
    auto logs = this->logs({10, std::nullopt});
    auto& log = logs.named("t", records::log_type::text);
    logs.append(log, 't', "short\n");
    logs.append(log, 't', "much longer than that\n");
    CHECK(log.limit.over);
    CHECK(log.lines.find("longer") == std::string::npos);
    auto& other = this->logs().named("stdio");
    this->logs().append(other, 'o', "a Correct-Horse\n");
    this->logs().store();
    for (const auto& one : out.batch().operations)
      CHECK(one.value.find("Correct-Horse") == std::string::npos);
  }

  TEST_CASE_FIXTURE(logs_case, "a record is put only if it differs from the stored one") {
    auto logs = this->logs();
    logs.named("stdio");
    logs.store();
    CHECK(out.batch().operations.size() == 1);
    logs.store();
    CHECK(out.batch().operations.size() == 1);
  }

  TEST_CASE_FIXTURE(logs_case, "what is taken for a commit leaves nothing unsaved") {
    CHECK(out.empty());
    out.hold_beginning();
    logs().named("stdio");
    CHECK(out.holds_beginning());
    CHECK_FALSE(out.empty());
    CHECK(out.take().on_commit.size() == 1);
    CHECK(out.empty());
    CHECK_FALSE(out.holds_beginning());
  }
}
