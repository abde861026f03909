#include <random>

#include <doctest/doctest.h>

#include "runtime/journal/segment_writer.hpp"
#include "tests/support/debugger_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;

namespace {

/// What is seen at one point of a journal.
struct sight {
  std::string states;
  std::optional<record_view> last, next;
  bool operator==(const sight&) const = default;
};

sight look(debugger& at) {
  auto here = at.where();
  return {debugger_stage::all_states(at), here.last, here.next};
}

/// At every point of it, reached by going forwards; the first is before the first record.
std::vector<sight> forwards(debugger& from) {
  std::vector<sight> all{look(from)};
  while (!from.at_end()) {
    from.step(1, {});
    all.push_back(look(from));
  }
  return all;
}

} // namespace

TEST_SUITE("replay debugger") {

  TEST_CASE_FIXTURE(debugger_stage, "going back gives the states of going there forwards") {
    live();
    auto all = forwards(open({.every = 1'000'000}));
    REQUIRE(all.size() > 150);
    CHECK(opened->snapshots_kept() == 1);
    std::mt19937 random{11};
    for (std::uint64_t every : {1, 7, 40}) {
      CAPTURE(every);
      auto& there = open({.every = every, .count_max = 500});
      CHECK(forwards(there) == all);
      CHECK(there.snapshots_kept() > 3);
      for (int i = 0; i < 60; ++i) {
        auto wanted = random() % all.size();
        auto here = there.where().position;
        auto done = wanted < here ? there.back(here - wanted, {}).value()
                                  : there.go_to(all[wanted].last->order, {}).value();
        CHECK(done.why == stop_reason::arrived);
        CHECK(done.position == wanted);
        CHECK(look(there) == all[wanted]);
        for (int steps = static_cast<int>(random() % 12); steps > 0 && ++wanted < all.size();
             --steps) {
          there.step(1, {});
          REQUIRE(look(there) == all[wanted]);
        }
      }
    }
  }

  TEST_CASE_FIXTURE(debugger_stage, "what is played again from a snapshot is as it was recorded") {
    live();
    auto& there = open();
    there.check(true);
    CHECK(there.go_on({}).why == stop_reason::end);
    auto length = there.where().position;
    auto end = all_states(there);
    for (std::uint64_t from = length - 1; from > 0; from -= std::min<std::uint64_t>(from, 13)) {
      CHECK(there.back(there.where().position - from, {}).value().position == from);
      auto stop = there.go_on({});
      REQUIRE_MESSAGE(!stop.differs, stop.differs->cell, ": ", stop.differs->what);
      CHECK(stop.why == stop_reason::end);
      CHECK(all_states(there) == end);
    }
  }

  TEST_CASE_FIXTURE(debugger_stage, "snapshots that are taken behind a way back are as good") {
    live();
    auto all = forwards(open({.every = 1'000'000}));
    for (std::uint64_t turned = 1; turned + 1 < all.size(); ++turned) {
      CAPTURE(turned);
      auto& there = open({.every = 1, .count_max = 500});
      there.check(true); // a wrong configuration need not be seen in a state
      there.step(turned, {});
      there.back(1, {}).value();
      there.go_on({});
      auto again = turned + (all.size() - turned) / 4;
      there.back(all.size() - 1 - again, {}).value();
      REQUIRE(look(there) == all[again]);
      auto end = there.go_on({});
      REQUIRE(!end.differs);
      REQUIRE(look(there) == all.back());
    }
  }

  TEST_CASE_FIXTURE(debugger_stage, "snapshots stay few and small, whatever is played") {
    live();
    auto all = forwards(open({.every = 1'000'000}));
    auto& few = open({.every = 1, .count_max = 5});
    for (; !few.at_end(); few.step(1, {}))
      CHECK(few.snapshots_kept() <= 5);
    CHECK(few.snapshots_kept() > 2);
    auto kept = open({.every = 1, .count_max = 500}).go_on({}).position;
    CHECK(opened->snapshots_kept() > 100);
    auto& small = open({.every = 1, .count_max = 500, .bytes_max = 60'000});
    small.go_on({});
    CHECK(small.snapshots_kept() < 60);
    CHECK(small.snapshots_kept() > 2);
    CHECK(small.back(kept / 2, {}));
    CHECK(look(small) == all[kept - kept / 2]);
  }

  TEST_CASE_FIXTURE(debugger_stage, "it stops before an event, by path, type and field") {
    begin();
    for (int i = 1; i <= 6; ++i)
      say("/a", add{i});
    say("/a", say_total{address_of("/t")});
    write();
    auto& there = open();
    there.add(
        {.path = "/a", .type = std::string{type_name<add>()}, .field = "amount", .value = json(4)});
    there.add({.path = "/t*", .type = "*total"});
    auto stop = there.go_on({}); // "/a" tells it when it starts
    CHECK(stop.why == stop_reason::breakpoint);
    CHECK(stop.breakpoint == 2);
    CHECK(stop.next->cell == "/t");
    CHECK(stop.next->doing == type_name<total>());
    stop = there.go_on({});
    CHECK(stop.breakpoint == 1);
    CHECK(stop.next->cell == "/a");
    CHECK(there.state("/a", "sum").value().as_int64() == 2 * (1 + 2 + 3));
    auto coming = there.message(false).value();
    CHECK(coming.known);
    CHECK(coming.message.at("fields").at("amount").as_int64() == 4);
    there.step(1, {});
    CHECK(there.state("/a", "sum").value().as_int64() == 2 * (1 + 2 + 3 + 4));
    CHECK(there.message(true).value().message.at("fields").at("amount").as_int64() == 4);
    CHECK(there.remove(2));
    CHECK(!there.remove(2));
    CHECK(there.go_on({}).why == stop_reason::end);
    CHECK(there.breakpoints().size() == 1);
    CHECK(there.breakpoints()[0].hits == 1);
  }

  TEST_CASE_FIXTURE(debugger_stage, "a breakpoint at the first record is met, once") {
    begin();
    say("/a", add{1});
    write();
    auto first = record(1);
    auto& there = open();
    there.add({.path = "/nobody"});
    there.add({.path = "*"});
    auto stop = there.step(1, {});
    if (first.kind != record_kind::event) // then the first event is
      CHECK(stop.last->order == 1);
    CHECK(there.go_on({}).why == stop_reason::breakpoint);
    auto met = there.where().next->order;
    CHECK(there.go_on({}).next->order > met);
  }

  TEST_CASE_FIXTURE(debugger_stage, "a watch stops behind the event that changed a field") {
    begin();
    say("/a", add{0}); // changes nothing
    say("/a", add{5});
    say("/a", break_down{"boom"}); // and the sum begins again
    write();
    auto& there = open();
    there.add({.watch = true, .path = "/a", .field = "sum"});
    auto stop = there.go_on({});
    REQUIRE(stop.why == stop_reason::watch);
    CHECK(stop.breakpoint == 1);
    CHECK(stop.changed->path == "/a");
    CHECK(stop.changed->before.as_int64() == 0);
    CHECK(stop.changed->after.as_int64() == 10);
    CHECK(stop.last->doing == type_name<add>());
    CHECK(there.back(1, {}).value().why == stop_reason::arrived);
    CHECK(there.go_on({}).changed->after.as_int64() == 10); // met again
    stop = there.go_on({});
    REQUIRE(stop.why == stop_reason::watch);
    CHECK(stop.changed->after.as_int64() == 0);
    CHECK(stop.last->doing == participants::built);
    CHECK(there.go_on({}).why == stop_reason::end);
  }

  TEST_CASE_FIXTURE(debugger_stage, "a record and a time can be gone to, and not until the past") {
    begin();
    say("/a", add{1});
    advance(10s);
    say("/a", add{2});
    write();
    auto last = records_of(frames()).back();
    auto& there = open();
    auto stop = there.until(last.at, {}).value();
    CHECK(stop.why == stop_reason::arrived);
    CHECK(stop.next->at == last.at);
    CHECK(stop.last->at < last.at);
    CHECK(there.state("/a", "sum").value().as_int64() == 2);
    auto before = look(there);
    CHECK(!there.until(last.at, {}));
    CHECK(!there.until(1, {}));
    there.go_on({});
    CHECK(there.go_to(last.at, {}));
    CHECK(look(there) == before);
    CHECK(there.go_to(2, {}).value().last->order == 2);
    CHECK(there.until(4, {}).value().last->order == 4);
    CHECK(there.go_to(0, {}).value().position == 0);
    auto refused = there.back(1, {});
    CHECK(!refused);
    CHECK(!there.message(true));
  }

  TEST_CASE_FIXTURE(debugger_stage, "numbers are those of the run at hand") {
    begin();
    say("/a", add{1});
    write("1", 1, 7);
    write("1", 2, 8); // the same once more, of another process
    auto length = records_of(frames()).size();
    auto& there = open({.every = 3});
    auto all = forwards(there);
    CHECK(all.size() == 2 * length + 1);
    CHECK(there.where().last->run == 2);
    CHECK(there.go_to(1, {}).value().position == length + 1);
    CHECK(all_states(there) == all[length + 1].states);
    CHECK(there.back(1, {}).value().last->run == 1);
    CHECK(look(there) == all[length]);
    CHECK(there.go_to(2, {}).value().position == length + 2); // what comes next is of run 2
    CHECK(there.back(3, {}).value().last->order == length - 1);
    CHECK(there.go_to(2, {}).value().position == 2);
  }

  TEST_CASE_FIXTURE(debugger_stage, "what the master removed meanwhile cannot be gone back to") {
    begin();
    say("/a", add{1});
    write("1", 1, 7);
    write("1", 2, 8);
    auto first = folder / segment_name(1);
    auto& there = open({.every = 2});
    there.go_on({});
    auto end = there.where().position;
    there.back(1, {}).value();
    auto before = look(there);
    auto content = test::read_file(first);
    std::filesystem::remove(first);
    CHECK(there.back(end / 2, {}).error().message.find(first) != std::string::npos);
    CHECK(look(there) == before);
    CHECK(there.step(1, {}).position == end);
    test::write_file(first, content.substr(0, content.size() / 2)); // there, but not what it was
    auto gone = there.back(end - (end / 2 - 1), {});
    REQUIRE(!gone);
    CHECK(gone.error().code == errc::corrupt);
    CHECK(there.at_end());
    CHECK(!there.message(false));
    test::write_file(first, content);
    CHECK(there.go_to(0, {}));
    CHECK(there.go_on({}).position == end);
  }

  TEST_CASE_FIXTURE(debugger_stage, "with check it stops at a divergence, and goes on with ours") {
    begin();
    say("/a", say_total{address_of("/t")});
    say("/a", add{7});
    write();
    changed = change::says;
    auto& there = open({.every = 3}, true);
    CHECK(there.go_on({}).why == stop_reason::end);
    there.go_to(0, {}).value();
    there.check(true);
    auto stop = there.go_on({});
    REQUIRE(stop.why == stop_reason::divergence);
    CHECK(stop.differs->cell == "/t");
    CHECK(stop.last->order == stop.differs->order);
    CHECK(there.state("/t", "sum").value().as_int64() == 1); // it took what is said now
    CHECK(there.go_on({}).why == stop_reason::end);
  }

  TEST_CASE_FIXTURE(debugger_stage, "causes are told wherever one stands") {
    begin();
    for (int i = 1; i <= 5; ++i)
      say("/a", add{i});
    say("/a", say_total{address_of("/t")});
    auto last = records_of(frames()).back();
    write();
    auto& there = open({.every = 2});
    CHECK(!there.cause(0, {}));
    there.go_to(last.order, {}).value();
    auto links = there.cause(0, {}).value();
    REQUIRE(links.size() == 2);
    CHECK(links[0].order == last.cause.event);
    CHECK(links[1].message.at("fields").at("value").as_int64() == 30);
    there.back(3, {}).value();
    CHECK(there.cause(last.order, {}).value().size() == 2); // it was seen
    CHECK(!there.cause(last.order + 1, {}));
    // From the event that said it one sees what came of it.
    auto back = there.cause(last.cause.event, {}).value();
    CHECK(back.back().order == last.order);
  }

  TEST_CASE_FIXTURE(debugger_stage, "causes are of the run in which one stands") {
    begin();
    say("/a", say_total{address_of("/t")});
    auto last = records_of(frames()).back().order;
    write("1", 1, 7);
    write("1", 2, 8);
    auto& there = open({.every = 2});
    there.go_on({});
    CHECK(there.cause(last, {}).value().size() == 2);
    there.back(last + 1, {}).value(); // one before the end of the first run
    CHECK(there.where().last->run == 1);
    CHECK(!there.cause(last, {}));
    there.step(1, {});
    CHECK(there.cause(last, {}).value().size() == 2);
  }

  TEST_CASE_FIXTURE(debugger_stage, "a long way is interrupted") {
    begin();
    say_all_sorts();
    write();
    auto& there = open();
    int asked = 0;
    auto stop = there.go_on([&] { return ++asked == 2; });
    CHECK(stop.why == stop_reason::interrupted);
    CHECK(stop.position == 256);
    CHECK(there.go_on({}).why == stop_reason::end);
    CHECK(there.back(1, [] { return true; }).value().why == stop_reason::interrupted);
    CHECK(!there.cause(there.where().last->order, [] { return true; }));
    CHECK(there.go_on({}).why == stop_reason::end);
  }

  TEST_CASE_FIXTURE(debugger_stage, "what is not there is told with the nearest that is") {
    live();
    auto& there = open();
    there.go_on({});
    CHECK(there.state("/aa", {}).error().message.find("is it /a?") != std::string::npos);
    CHECK(there.state("/a", "sun").error().message.find("is it sum?") != std::string::npos);
  }

  TEST_CASE_FIXTURE(debugger_stage, "another version is told, and is the likely reason") {
    begin();
    say("/a", say_total{address_of("/t")});
    say("/a", add{7});
    {
      segment_header header;
      header.version = "0.0.9";
      auto writer = *segment_writer::begin({folder.path(), {}, header, [] {}, [](std::string) {}});
      for (const auto& frame : frames())
        writer->take(frame);
      writer->drain();
    }
    changed = change::fails;
    auto& there = open({}, true);
    there.check(true);
    auto stop = there.where();
    REQUIRE(stop.notes.size() == 1);
    CHECK(stop.notes[0].starts_with("recorded by troupe 0.0.9, played by 1:"));
    CHECK(there.where().notes.empty()); // once
    stop = there.go_on({});
    REQUIRE(stop.why == stop_reason::divergence);
    REQUIRE(stop.notes.size() == 1);
    CHECK(stop.notes[0].find("troupe 0.0.9") != std::string::npos);
    write("1");
    auto& same = open({}, true);
    same.check(true);
    stop = same.go_on({});
    CHECK(stop.why == stop_reason::divergence);
    CHECK(stop.notes.empty());
  }

  TEST_CASE_FIXTURE(debugger_stage, "a message that cannot be read names the version") {
    begin();
    say("/a", add{1});
    auto all = frames();
    auto& bytes_of = all.back().records;
    auto name = type_name<add>();
    auto at = bytes_of.find(name);
    REQUIRE(at != std::string::npos);
    bytes_of[at + name.size() - 1] = 'x'; // as it was called then
    sink->frames = all;
    write("0.0.9");
    auto& there = open();
    there.where();
    auto stop = there.go_on({});
    CHECK(stop.why == stop_reason::end);
    REQUIRE(stop.notes.size() == 1);
    CHECK(stop.notes[0].find("cannot be read") != std::string::npos);
    CHECK(stop.notes[0].find("most likely because troupe 0.0.9") != std::string::npos);
  }

} // TEST_SUITE
