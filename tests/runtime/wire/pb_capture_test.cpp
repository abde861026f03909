#include <random>

#include <doctest/doctest.h>

#include "dialogue.hpp"

using namespace troupe;
using namespace troupe::wire;
using namespace troupe::wire::tests;

namespace {

std::vector<broker_event> at_once(pb_broker& broker, std::string_view incoming, bytes& out) {
  return broker.take(incoming, out);
}

void append(std::vector<broker_event>& all, std::vector<broker_event> more) {
  for (auto& event : more)
    all.push_back(std::move(event));
}

/// In pieces of `next()` bytes.
template <class Next>
feeder in_pieces(Next next) {
  return [next](pb_broker& broker, std::string_view incoming, bytes& out) mutable {
    std::vector<broker_event> all;
    while (!incoming.empty()) {
      auto piece = incoming.substr(0, next());
      incoming.remove_prefix(piece.size());
      append(all, broker.take(piece, out));
    }
    return all;
  };
}

std::size_t one() {
  return 1;
}

/// Byte by byte, each byte heard by another broker with the stored state of the one before.
std::vector<broker_event> handed_over(pb_broker& broker, std::string_view incoming, bytes& out) {
  std::vector<broker_event> all;
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    auto state = decode<pb_broker_state>(encode(broker.state())).value();
    broker = pb_broker{std::move(state)};
    append(all, broker.take(incoming.substr(i, 1), out));
  }
  return all;
}

std::size_t bytes_of(const capture& recorded) {
  std::size_t sum = 0;
  for (const auto& part : recorded.chunks)
    sum += part.data.size();
  return sum;
}

} // namespace

TEST_SUITE("pb captures") {

  TEST_CASE("both sides of every capture are spoken and understood") {
    dialogue_counts all;
    int files = 0, skipped = 0;
    for (const auto& recorded : captures()) {
      CAPTURE(recorded.name);
      if (!recorded.is_pb) {
        ++skipped;
        continue;
      }
      auto counts = play(recorded, at_once);
      CHECK(counts.expressions > 0);
      all.expressions += counts.expressions;
      all.calls += counts.calls;
      all.answers += counts.answers;
      all.errors += counts.errors;
      all.decrefs += counts.decrefs;
      ++files;
    }
    MESSAGE("captures: ", files, " PB files, ", skipped, " msgpack files skipped, ",
            all.expressions, " expressions, ", all.calls, " calls, ", all.answers, " answers, ",
            all.errors, " errors, ", all.decrefs, " decrefs");
  }

  TEST_CASE("how a stream is cut does not matter") {
    std::mt19937 random{20240229};
    auto some = [&random] { return std::size_t{1} + random() % 700; };
    for (const auto& recorded : captures()) {
      if (!recorded.is_pb)
        continue;
      CAPTURE(recorded.name);
      auto heard = play(recorded, at_once).heard;
      CHECK(play(recorded, in_pieces(one)).heard == heard);
      for (int round = 0; round < 3; ++round)
        CHECK(play(recorded, in_pieces(some)).heard == heard);
    }
  }

  TEST_CASE("a broker is replaced between any two bytes") {
    int files = 0;
    std::size_t handovers = 0;
    for (const auto& recorded : captures()) {
      if (!recorded.is_pb || bytes_of(recorded) > 8000)
        continue; // a state is stored for each byte: the largest would take minutes
      CAPTURE(recorded.name);
      CHECK(play(recorded, handed_over).heard == play(recorded, at_once).heard);
      handovers += bytes_of(recorded);
      ++files;
    }
    MESSAGE("hand-over: ", files, " captures, ", handovers, " states stored and loaded");
  }

} // TEST_SUITE
