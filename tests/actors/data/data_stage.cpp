#include "tests/actors/data/data_stage.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/results.hpp"
#include "storage/records/sourcestamp.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::testing {

namespace {

using namespace std::chrono_literals;
using records::result_code;

const instant noon{1'700'000'000s};

void put_people(storage::batch& work) {
  work.put(records::master{master_id{1}, "host:/ci", true, noon});
  work.put(records::master{master_id{2}, "old:/ci", false, noon - 24h});
  work.put(records::builder{builder_id{1}, "linux", "builds", {}, {"c++", "fast"}, {master_id{1}}});
  work.put(records::builder{builder_id{2}, "mac/arm", {}, {}, {}, {}});
  records::worker one{worker_id{1}, "w1"};
  one.info = {{"version", "3.7"}};
  one.configured_on = {{master_id{1}, builder_id{1}}};
  one.connected_to = {master_id{1}};
  work.put(one);
  records::worker two{worker_id{2}, "w2"};
  two.paused = true;
  two.pause_reason = "new disk";
  work.put(two);
  work.put(records::scheduler{scheduler_id{1}, "all", true, master_id{1}, change_id{3}});
  work.put(records::scheduler{scheduler_id{2}, "nightly", false, {}, {}});
}

void put_changes(storage::batch& work) {
  work.put(records::patch{patch_id{1}, "--- a\n+++ b\n", 1, "src", "ada", "try this"});
  work.put(records::sourcestamp{sourcestamp_id{1}, "main", "r1", "git://x", "p", "", {}, noon});
  work.put(records::sourcestamp{
      sourcestamp_id{2}, {}, {}, "git://x", "p", "lib", patch_id{1}, noon + 1s});
  const char* authors[]{"ada", "bob", "ada"};
  for (std::int64_t number : {1, 2, 3}) {
    records::change x;
    x.id = change_id{number};
    x.author = authors[number - 1];
    x.comments = fmt::format("change {}\nin detail", number);
    x.files = {"a.c", fmt::format("{}.c", number)};
    x.when = noon + std::chrono::minutes{number} + 250ms;
    if (number != 2)
      x.branch = "main";
    x.properties["owner"] = {"ada", "Change"};
    x.sourcestamp = sourcestamp_id{1};
    x.parent = change_id{number - 1};
    work.put(x);
  }
}

void put_requests(storage::batch& work) {
  records::buildset set;
  set.id = buildset_id{1};
  set.reason = "a change";
  set.submitted_at = noon;
  set.complete = true;
  set.complete_at = noon + 90s;
  set.results = result_code::success;
  set.sourcestamps = {sourcestamp_id{1}};
  set.properties["scheduler"] = {"all", "Scheduler"};
  set.scheduler = "all";
  work.put(set);
  set = {buildset_id{2}};
  set.reason = "triggered";
  set.submitted_at = noon + 10s;
  set.parent_buildid = build_id{1};
  set.parent_relationship = "Triggered from";
  set.sourcestamps = {sourcestamp_id{1}, sourcestamp_id{2}};
  work.put(set);
  for (std::int64_t number : {1, 2, 3}) {
    records::buildrequest x;
    x.id = buildrequest_id{number};
    x.buildset = buildset_id{number == 1 ? 1 : 2};
    x.builder = builder_id{number == 3 ? 2 : 1};
    x.priority = number == 2 ? 5 : 0;
    x.submitted_at = noon + std::chrono::seconds{number};
    x.waited_for = number == 3;
    if (number != 2) {
      x.claimed_at = noon + 5s;
      x.claimed_by = master_id{1};
    }
    if (number == 1) {
      x.complete = true;
      x.complete_at = noon + 90s;
      x.results = result_code::success;
    }
    work.put(x);
  }
}

void put_builds(storage::batch& work) {
  for (std::int64_t number : {1, 2, 3}) {
    records::build x;
    x.id = build_id{number};
    x.number = number == 3 ? 1 : number;
    x.builder = builder_id{number == 3 ? 2 : 1};
    x.request = buildrequest_id{number == 2 ? 3 : number == 3 ? 3 : 1};
    x.worker = worker_id{1};
    x.master = master_id{1};
    x.started_at = noon + std::chrono::seconds{number * 10};
    if (number != 3) {
      x.complete_at = noon + 90s;
      x.results = number == 1 ? result_code::success : result_code::failure;
    }
    x.state_string = number == 3 ? "building" : "build done";
    x.locks_duration = 2500ms;
    x.properties["revision"] = {"r1", "Git"};
    x.properties["count"] = {number, "Build"};
    work.put(x);
    for (std::int64_t at : {0, 1}) {
      records::step step;
      step.id = step_id{number * 1024 + at};
      step.number = at;
      step.name = at == 0 ? "checkout" : "compile";
      step.build = x.id;
      if (at == 0) {
        step.started_at = x.started_at;
        step.complete_at = x.started_at + 1s;
        step.results = result_code::warnings;
        step.urls = {{"log", "http://x/"}};
      }
      work.put(step);
      work.put(records::log{log_id{step.id.value * 64}, "stdio", "stdio", records::log_type::stdio,
                            step.id, noon, at == 0, 7, 70, 30});
    }
  }
}

void put_operations(storage::batch& work) {
  for (std::int64_t number : {1, 2}) {
    work.put(records::act{act_id{number}, noon, "ada", {"stop", fmt::format("linux/{}", number)}});
    records::reconfiguration x;
    x.id = reconfiguration_id{number};
    x.who = "ada";
    x.began = noon;
    x.switched = 1500us;
    x.digest_after = 255;
    x.changes = {{"swap", "/botmaster/brd", {"builders", "locks"}}};
    work.put(x);
  }
}

} // namespace

data_stage::data_stage() {
  storage::batch work;
  put_people(work);
  put_changes(work);
  put_requests(work);
  put_builds(work);
  put_operations(work);
  auto outcome = disk_->apply(work);
  REQUIRE(outcome);
}

result<json> data_stage::ask(std::string_view path, const parameters& with) {
  auto where = data::find_place(path);
  if (!where)
    return where.error();
  auto asked = data::read_query(*where->of, with);
  if (!asked)
    return asked.error();
  auto from = disk_->read();
  data::reading reading{from, &configured, asked->properties};
  auto found = data::get(reading, path, *asked);
  if (!found)
    return found.error();
  return data::rest_form(*found, *asked);
}

boost::json::array data_stage::rows(std::string_view path, const parameters& with) {
  auto found = ask(path, with);
  REQUIRE_MESSAGE(found, found.error().message);
  for (const auto& part : found->as_object())
    if (part.key() != "meta")
      return part.value().as_array();
  return {};
}

std::vector<std::string> data_stage::column(std::string_view path, std::string_view field,
                                            const parameters& with) {
  std::vector<std::string> out;
  for (const auto& one : rows(path, with)) {
    const auto& is = one.at(field);
    out.push_back(is.is_string() ? std::string{is.get_string()} : print(is));
  }
  return out;
}

json data_stage::row(std::string_view path, const parameters& with) {
  auto found = rows(path, with);
  REQUIRE(found.size() == 1);
  return found[0];
}

json data_stage::meta(std::string_view path, const parameters& with) {
  auto found = ask(path, with);
  REQUIRE_MESSAGE(found, found.error().message);
  return found->at("meta");
}

std::string data_stage::refusal(std::string_view path, const parameters& with) {
  auto found = ask(path, with);
  REQUIRE_FALSE(found);
  return found.error().message;
}

void data_stage::check_collection(std::string_view path, std::size_t rows_expected) {
  CAPTURE(path);
  auto where = data::find_place(path);
  REQUIRE(where);
  const auto& of = *where->of;
  auto key = std::string{of.fields.front().name};
  auto all = column(path, key);
  REQUIRE(all.size() == rows_expected);
  CHECK(meta(path).at("total") == rows_expected);
  for (const auto& field : of.fields) {
    auto name = std::string{field.name};
    CAPTURE(name);
    auto up = column(path, key, {{"order", name}, {"order", key}});
    auto down = column(path, key, {{"order", "-" + name}, {"order", "-" + key}});
    std::reverse(down.begin(), down.end());
    CHECK(up == down);
    if (field.type == data::value_type::list || field.type == data::value_type::map)
      continue;
    for (const auto& value : column(path, name, {{"field", name}})) {
      if (value == "null")
        continue;
      for (const auto& same : column(path, name, {{"field", name}, {name, value}}))
        CHECK(same == value);
      auto others = column(path, name, {{"field", name}, {name + "__ne", value}});
      CHECK(std::find(others.begin(), others.end(), value) == others.end());
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(column(path, key, {{"limit", "1"}, {"offset", std::to_string(i)}})
          == std::vector{all[i]});
  CHECK(meta(path, {{"limit", "1"}}).at("total") == rows_expected);
  CHECK(column(path, key, {{"offset", "99"}}).empty());
  CHECK(refusal(path, {{"field", key + "x"}})
        == fmt::format("no such field '{}x'; is it {}?", key, key));
}

} // namespace troupe::testing
