// A service may be swapped between any two messages, and nobody is to notice. For every kind of
// service there is a script (tests/swap/KIND.json), or several. It is played once as it is, and
// then with swaps wherever one could be; all that can be seen must be the same: the state, what was
// said to whom and in which order, the timers, the children, the store. What may differ the script
// says, with the reason.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include "actors/master/tree.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/script_player.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;

namespace {

constexpr std::size_t departures_shown = 12;
using beginning = performance::beginning;

/// A kind, its script, and how that goes without a swap.
struct play_of {
  const service_kind& kind;
  test::temp_folder folder;
  swap_script script;
  seen calm;
  std::vector<bool> used;  ///< Of the script's tolerances.
  std::set<int> performed; ///< Which of the tests with swaps.

  play_of(const service_kind& of, const std::string& file)
    : kind{of}, script{read_script(file, folder.path())}, calm{play(script, kind, {})},
      used(script.differs.size()) {}

  std::size_t steps() const { return script.script.size(); }
  /// By a successor; also in place, if the kind can.
  std::vector<bool> ways() const {
    return kind.in_place ? std::vector{false, true} : std::vector{false};
  }

  /// After all tests: what is tolerated is needed, or the script says too much.
  void done(int test) {
    constexpr std::size_t tests = 4;
    performed.insert(test);
    for (std::size_t i = 0; performed.size() == tests && i < used.size(); ++i)
      CHECK_MESSAGE(used[i],
                    kind.name << " need not be tolerated any more: " << script.differs[i].why);
  }

  bool there_after(std::size_t step) const {
    return !calm.all.at("steps").at(step).as_object().contains("gone");
  }

  /// `how`, with at least so many swaps in it, compared with `plain`.
  void check(const performance& how, const seen& plain, std::size_t swaps_min,
             const std::string& where) {
    auto swapped = play(script, kind, how);
    auto found = departures(script, plain, swapped, used);
    found.insert(found.end(), swapped.troubles.begin(), swapped.troubles.end());
    if (swapped.swaps < swaps_min)
      found.push_back(fmt::format("{} swaps, {} expected", swapped.swaps, swaps_min));
    bool more = found.size() > departures_shown;
    found.resize(std::min(found.size(), departures_shown));
    CHECK_MESSAGE(found.empty(), fmt::format("{}, {}:\n  {}{}", kind.name, where,
                                             fmt::join(found, "\n  "), more ? "\n  …" : ""));
  }
};

/// The kind for which there is a script of that name: "KIND.json", or "KIND.ASPECT.json".
std::string kind_of(const std::filesystem::path& file) {
  auto name = file.filename().string();
  return name.substr(0, name.find('.'));
}

std::vector<std::filesystem::path> scripts() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{data_folder("swap")})
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// `visit` for each script, or for those of the kind that SWAP_KIND in the environment names. For
/// the author of a script: with SWAP_SHOW the first test shows all that it saw.
template <class Visit>
void each_play(const Visit& visit) {
  static std::map<std::string, play_of> plays; // read and played once for all tests
  kind_registry kinds;
  master::add_kinds(kinds);
  auto* only = std::getenv("SWAP_KIND");
  for (const auto& file : scripts()) {
    if (only && kind_of(file) != only)
      continue;
    auto* kind = kinds.find(kind_of(file));
    REQUIRE_MESSAGE(kind, file.string() << " is of no kind of service");
    auto path = file.string();
    try {
      auto found = plays.find(path);
      if (found == plays.end())
        found = plays.try_emplace(path, *kind, path).first;
      visit(found->second);
    } catch (const failed& problem) { // a message of it is not what it was, for example
      FAIL_CHECK(fmt::format("{}: {}", path, problem.what()));
    }
  }
}

/// The fields of the state that were something else than their default in the course of it.
std::set<std::string> fields_used(const play_of& one) {
  std::set<std::string> used;
  for (const auto& [name, why] : one.script.unseen)
    used.insert(name);
  for (const auto& field : one.kind.state.ops->fields().fields()) {
    auto* usual = static_cast<const char*>(one.kind.state.ops->fields().sample()) + field.offset;
    auto name = std::string{field.name};
    for (const auto& step : one.calm.all.at("steps").as_array())
      if (auto* state = step.as_object().if_contains("state"); state && state->is_object())
        if (state->at(name) != show_value(*field.ops, usual))
          used.insert(name);
  }
  return used;
}

std::string after(std::string_view what, bool in_place) {
  return fmt::format("after {}{}", what, in_place ? ", in place" : "");
}
std::string after(std::string_view what, std::size_t count, bool in_place) {
  return after(fmt::format("{} {}", what, count), in_place);
}

} // namespace

TEST_SUITE("swap") {

  TEST_CASE("every kind has a script, in which it hears all its messages and uses all its state") {
    std::map<std::string_view, std::set<std::string>> handled, used; // by kind
    each_play([&](play_of& one) {
      handled[one.kind.name].insert(one.calm.handled.begin(), one.calm.handled.end());
      used[one.kind.name].merge(fields_used(one));
      for (const auto& trouble : one.calm.troubles)
        FAIL_CHECK(one.kind.name << ": " << trouble);
      one.check({}, one.calm, 0, "played twice"); // or nothing could be compared
      if (std::getenv("SWAP_SHOW"))
        std::cout << pretty(one.calm.all) << "\n";
    });
    if (std::getenv("SWAP_KIND"))
      return;
    kind_registry kinds;
    master::add_kinds(kinds);
    for (const auto& one : kinds.all()) {
      const auto& name = one.first;
      CHECK_MESSAGE(handled.contains(name), "tests/swap/" << name << ".json is missing");
      for (const auto& hearing : one.second->hears)
        CHECK_MESSAGE(handled[name].contains(std::string{hearing.codec.tag->name}),
                      name << " never hears " << hearing.codec.tag->name);
      for (const auto& field : one.second->state.ops->fields().fields())
        CHECK_MESSAGE(used[name].contains(std::string{field.name}),
                      name << ": " << field.name << " is never but at its default");
    }
  }

  TEST_CASE("a swap while nothing waits changes nothing") {
    each_play([](play_of& one) {
      for (bool in_place : one.ways()) {
        std::size_t there = 0;
        for (std::size_t step = 0; step <= one.steps(); ++step) {
          there += one.there_after(step);
          one.check({.in_place = in_place, .swap_after_step = step}, one.calm,
                    one.there_after(step), after("step", step, in_place));
        }
        one.check({.in_place = in_place, .swap_always = true}, one.calm, there,
                  after("each step", in_place));
      }
      one.done(1);
    });
  }

  TEST_CASE("a swap between two messages, while others wait, changes nothing") {
    each_play([](play_of& one) {
      auto plain = play(one.script, one.kind, {.hurry_after_step = 0});
      auto count = plain.handled.size();
      for (bool in_place : one.ways()) {
        for (std::size_t n = 1; n <= count; ++n) // the last may be the service's end
          one.check({.hurry_after_step = 0, .in_place = in_place, .swap_after_message = n}, plain,
                    n < count, after("message", n, in_place));
        one.check({.hurry_after_step = 0, .in_place = in_place, .swap_always = true}, plain,
                  count / 2, after("each message", in_place));
      }
      one.done(2);
    });
  }

  TEST_CASE("what arrives while a service is rebuilt, and is to be another, follows in order") {
    each_play([](play_of& one) {
      for (std::size_t step = 0; step <= one.steps(); ++step) {
        performance how{.hurry_after_step = step, .begins = beginning::rebuilt};
        auto plain = play(one.script, one.kind, how);
        how.begins = beginning::rebuilt_and_swap;
        one.check(how, plain, one.there_after(step), after("step", step, false) + ", rebuilt");
      }
      one.done(3);
    });
  }

  TEST_CASE(
      "what arrives while a transaction holds a service follows in order, also if cancelled") {
    each_play([](play_of& one) {
      for (std::size_t step = 0; step <= one.steps(); ++step) {
        auto plain = play(one.script, one.kind, {.hurry_after_step = step});
        for (bool in_place : one.ways())
          for (auto begins : {beginning::transaction, beginning::cancelled}) {
            performance how{.hurry_after_step = step, .in_place = in_place, .begins = begins};
            one.check(how, plain, one.there_after(step),
                      after("step", step, in_place)
                          + (begins == beginning::cancelled ? ", cancelled" : ", held"));
          }
      }
      one.done(4);
    });
  }
}
