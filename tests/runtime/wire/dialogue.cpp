#include "dialogue.hpp"

#include <doctest/doctest.h>

namespace troupe::wire::tests {

namespace {

struct side {
  pb_broker broker;
  banana_state speaking; ///< Reads what this side said.
  bytes at_once;         ///< Sent of the broker's own accord; the capture has yet to show it.
};

class player {
public:
  player(const feeder& feed, dialogue_counts& counts) : feed_{feed}, counts_{counts} {}

  void hear(const chunk& said);
  void end();

private:
  void speak(side& speaker, const sexp& said, std::string_view exact);
  void speak_message(side& speaker, const sexp::list_type& parts, bytes& out);
  void speak_error(side& speaker, const sexp::list_type& parts, std::string_view exact);

  const feeder& feed_;
  dialogue_counts& counts_;
  side master_{pb_broker::listening(), {}, {}};
  side peer_{pb_broker::connecting(), {}, {}};
};

/// As the application of the side that sends it would have it: its own objects by key.
jelly seen_by_sender(const sexp& from) {
  auto value = unjelly(sexp{from}).value();
  auto name = [](jelly& part) {
    if (auto id = part.as_remote())
      part = jelly::own("object " + std::to_string(*id));
    else if (auto other = part.as_local())
      part = jelly::remote(*other);
  };
  value.for_each_part(name);
  return value;
}

void player::hear(const chunk& said) {
  auto& speaker = said.to_master ? peer_ : master_;
  auto& listener = said.to_master ? master_ : peer_;
  if (said.event == "elided") { // of the peer's requests
    auto state = std::move(peer_.broker).into_state();
    state.next_request = std::stoll(said.note.substr(said.note.find(" to ") + 4)) + 1;
    peer_.broker = pb_broker{std::move(state)};
  }
  std::string_view left = said.data;
  while (!left.empty()) {
    bool whole_so_far = speaker.speaking.bytes_taken == 0 && speaker.speaking.prefix.empty();
    auto before = left;
    auto read = take_expression(speaker.speaking, left).value();
    if (!read)
      break;
    auto exact = before.substr(0, before.size() - left.size());
    bytes again;
    append_banana(again, *read, speaker.speaking.words_known).value();
    if (whole_so_far)
      CHECK(again == exact);
    else
      CHECK(again.ends_with(exact));
    ++counts_.expressions;
    speak(speaker, *read, again);
  }
  for (auto& event : feed_(listener.broker, said.data, listener.at_once)) {
    CHECK_FALSE(std::holds_alternative<broker_broken>(event));
    counts_.heard.push_back(std::move(event));
  }
}

void player::speak(side& speaker, const sexp& said, std::string_view exact) {
  if (!speaker.speaking.words_known) {
    speaker.speaking.words_known = true;
    if (&speaker == &master_)
      speaker.at_once += speaker.broker.greeting();
  }
  if (speaker.at_once.starts_with(exact)) {
    speaker.at_once.erase(0, exact.size());
    return;
  }
  REQUIRE(said.elements() != nullptr);
  const auto& parts = *said.elements();
  const auto& name = *parts[0].string();
  bytes out;
  if (name == "message") {
    speak_message(speaker, parts, out);
  } else if (name == "answer") {
    CHECK(speaker.broker.answer(*parts[1].integer(), seen_by_sender(parts[2]), out));
    ++counts_.answers;
  } else if (name == "error") {
    return speak_error(speaker, parts, exact);
  } else {
    REQUIRE(name == "decref");
    speaker.broker.give_back(*parts[1].integer(), out);
    ++counts_.decrefs;
  }
  CHECK(out == exact);
}

void player::speak_message(side& speaker, const sexp::list_type& parts, bytes& out) {
  const auto* id = parts[2].integer();
  keyword_arguments kw;
  for (auto& [key, value] : seen_by_sender(parts[6]).into_pairs())
    kw.emplace_back(*key.as_text(), std::move(value));
  auto token = *parts[4].integer() != 0 ? std::to_string(*parts[1].integer()) : "";
  auto done = speaker.broker.call(id != nullptr ? *id : pb_root, *parts[3].string(),
                                  seen_by_sender(parts[5]).into_items(), std::move(kw), token, out);
  CHECK(done);
  ++counts_.calls;
}

/// Our failures have a count and flags of their own, so only what is read of them is compared.
void player::speak_error(side& speaker, const sexp::list_type& parts, std::string_view exact) {
  auto error = read_failure(unjelly(sexp{parts[2]}).value());
  bytes out;
  speaker.broker.fail(*parts[1].integer(), error, out);
  auto ours = expressions(bytes{"\x00\x81", 2} + out);
  REQUIRE(ours.size() == 2);
  CHECK(read_failure(unjelly(sexp{(*ours[1].elements())[2]}).value()) == error);
  CHECK(out.substr(0, 5) == exact.substr(0, 5));
  ++counts_.errors;
}

void player::end() {
  for (auto* one : {&master_, &peer_}) {
    auto outstanding = one->broker.state().asked.size();
    std::size_t failed_calls = 0;
    for (auto& event : one->broker.lost())
      failed_calls += std::holds_alternative<broker_error>(event) ? 1 : 0;
    CHECK(failed_calls == outstanding);
    CHECK(one->at_once.empty());
  }
}

} // namespace

dialogue_counts play(const capture& recorded, const feeder& feed) {
  dialogue_counts counts;
  std::map<std::int64_t, player> players;
  for (const auto& part : recorded.chunks)
    players.try_emplace(part.connection, feed, counts).first->second.hear(part);
  for (auto& [connection, one] : players)
    one.end();
  return counts;
}

} // namespace troupe::wire::tests
