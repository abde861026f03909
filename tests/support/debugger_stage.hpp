// A recorded life of a few services in files, and a debugger over it.
#pragma once

#include "runtime/replay/debugger.hpp"
#include "tests/support/replay_stage.hpp"
#include "tests/support/temp_folder.hpp"

namespace troupe::testing {

namespace counting {

struct held_state {
  std::int64_t sum = 0;
  TROUPE_FIELDS(sum)
};
/// Adds up what it has taken only when nothing waits.
class holder : public service<holder, counter_config, held_state> {
public:
  using hears = messages<add>;
  static const service_kind& static_kind();
  void on(const add& x) { held_ += x.amount; }
  void mailbox_drained() override { flush(); }
  void flush() override { state().sum += std::exchange(held_, 0); }
  bool flushed() const override { return held_ == 0; }

private:
  std::int64_t held_ = 0;
};
const service_kind& holder_kind();

} // namespace counting

struct debugger_stage : replay_stage {
  using orders = std::vector<std::uint64_t>;

  debugger_stage() {
    kinds.add(counting::holder_kind());
    others.add(counting::holder_kind());
  }
  /// Failures, swaps, children, reminders, chance, and messages that are recorded by reference.
  void live() {
    using namespace counting;
    auto u = t_with({});
    u.name = "u";
    start_with({t_with({.draws = true}), u, child_of("h", "holder", counter_config{}),
                counter_child("a", {.step = 2, .told = address_of("/t")})});
    for (int i = 0; i < 30; ++i) {
      say("/a", add{i % 9});
      send("/h", add{i});
      say("/h", add{1}); // the first is held while the second waits
      if (i % 4 == 0)
        say("/t", chatter{"pass it on"});
      if (i % 5 == 0)
        say("/a", say_total{address_of("/t")});
      if (i == 6)
        say("/a", break_down{"boom"});
      if (i == 9)
        control("/a", runtime::swap_service{
                          counter_child("a", {.step = 50, .told = address_of("/t")}), "k"});
      if (i == 11)
        control("/a",
                runtime::swap_service{
                    counter_child("a", {.refuse_to_start = true, .told = address_of("/t")}), "k"});
      if (i == 12)
        control("/t", runtime::swap_service{t_with({}), "k"});
      if (i == 14)
        say("/t", have_child{counter_child("one")});
      if (i == 15)
        say("/a", remind_me{5});
    }
    advance(std::chrono::seconds{6});
    say("/a", say_total{address_of("/t")});
    write();
  }
  /// What was recorded, as a segment that such a version wrote in such a process.
  void write(std::string version = "1", std::int64_t number = 1, std::int64_t process = 7) {
    runtime::segment_header header;
    header.version = std::move(version);
    header.number = number;
    header.process = process;
    auto content = encode_header(header);
    for (const auto& frame : frames())
      put_frame(content, frame);
    test::write_file(folder / runtime::segment_name(number), content);
  }
  runtime::debugger& open(runtime::snapshot_limits limits = {.every = 7}, bool otherwise = false) {
    auto made = runtime::debugger::open(folder.path(), otherwise ? others : kinds, "1", limits);
    REQUIRE_MESSAGE(made, made.error().message);
    opened = std::move(*made);
    return *opened;
  }
  /// All that is known where `of` stands.
  static std::string all_states(const runtime::debugger& of) {
    std::string all;
    for (const auto& [path, kind] : of.tree())
      all += path + " " + kind + " " + print(of.state(path, {}).value()) + "\n";
    return all;
  }

  test::temp_folder folder;
  std::unique_ptr<runtime::debugger> opened;
};

} // namespace troupe::testing
