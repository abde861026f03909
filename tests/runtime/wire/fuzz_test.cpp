#include <doctest/doctest.h>

#include "recordings.hpp"
#include "runtime/wire/pb_broker.hpp"
#include "tests/support/mutation.hpp"

using namespace troupe;
using namespace troupe::wire;
using namespace troupe::wire::tests;
using troupe::testing::generator;

namespace {

/// Of what each test knows without recordings: a value of many kinds, and a call with it.
std::vector<bytes> home_made() {
  auto value = jelly::list({jelly::none(), jelly::boolean(true), jelly::integer(-70000),
                            jelly::real(0.5), jelly::raw("\xff"), jelly::text("grün"),
                            jelly::tuple({jelly::remote(1)}), jelly::set(), jelly::frozenset(),
                            jelly::dictionary().add("a", jelly::unpersistable("b")),
                            to_jelly(pb_error::unauthorized_login())});
  auto shared = sexp::list("list", sexp::list("reference", 1, sexp::list("tuple")),
                           sexp::list("dereference", 1));
  std::vector<bytes> all(3);
  append_banana(all[0], to_sexp(value)).value();
  append_banana(all[1], shared).value();
  append_banana(all[2],
                sexp::list("message", 1, "root", "login", 1,
                           sexp::list("tuple", to_sexp(value), shared), sexp::list("dictionary")))
      .value();
  return all;
}

/// Home-made and recorded expressions of moderate size, as bytes.
std::vector<bytes> seeds() {
  auto all = home_made();
  for (const auto& recorded : captures())
    for (bool to_master : {true, false})
      if (recorded.is_pb && recorded.name != "n_large")
        for (const auto& said : expressions(stream_of(recorded, to_master))) {
          bytes one;
          append_banana(one, said).value();
          if (one.size() <= 3000)
            all.push_back(std::move(one));
        }
  return all;
}

/// Structure is where readers go wrong: type bytes, words.
void mutate(bytes& data, generator& random) {
  testing::mutate(data, random, 32,
                  [](generator& any) { return bytes(1, static_cast<char>(0x80 + any() % 9)); });
}

/// Whatever is a value is written, stored, shown and read again as the same.
bool is_sound_value(const sexp& x) {
  auto value = unjelly(sexp{x});
  if (!value)
    return false;
  REQUIRE(unjelly(to_sexp(*value)).value() == *value);
  REQUIRE(decode<jelly>(encode(*value)).value() == *value);
  jelly shown;
  bool readable = static_cast<bool>(of_json(shown, as_json(*value)));
  REQUIRE(readable);
  REQUIRE(shown == *value);
  return true;
}

/// The number of values among the expressions in `data`, up to where it breaks, and their parts.
int sound_values(const bytes& data) {
  int count = 0;
  banana_state reader{.words_known = true};
  std::string_view left = data;
  for (;;) {
    auto read = take_expression(reader, left);
    if (!read || !*read)
      return count;
    const auto& x = **read;
    bytes again;
    append_banana(again, x).value();
    REQUIRE(expressions(bytes{"\x00\x81", 2} + again)[1] == x);
    count += is_sound_value(x) ? 1 : 0;
    if (const auto* parts = x.elements())
      for (const auto& part : *parts)
        count += part.elements() != nullptr && is_sound_value(part) ? 1 : 0;
  }
}

/// A broker of each side with calls outstanding and objects known, so that replies mean something.
pb_broker busy_broker(bool listening) {
  pb_broker_state state{
      .listening = listening, .phase = pb_phase::running, .next_request = 40, .next_object = 40};
  state.incoming.words_known = true;
  for (std::int64_t i = 1; i < 40; ++i) {
    state.asked[i] = "token " + std::to_string(i);
    state.objects[i] = {"object " + std::to_string(i), 2};
    state.ids["object " + std::to_string(i)] = i;
    state.references[i] = 3;
  }
  return pb_broker{std::move(state)};
}

} // namespace

TEST_SUITE("wire fuzz") {

  TEST_CASE("no mutated value crashes the reader") {
    generator random{7};
    auto all = seeds();
    int whole = 0;
    constexpr int rounds = 30000;
    for (int i = 0; i < rounds; ++i) {
      auto data = all[random() % all.size()];
      mutate(data, random);
      whole += sound_values(data);
    }
    MESSAGE(rounds, " mutations of ", all.size(), " expressions, ", whole, " values among them");
  }

  TEST_CASE("no mutated conversation crashes a broker") {
    generator random{8};
    auto all = seeds();
    int broken = 0, events = 0;
    constexpr int rounds = 20000;
    const auto master = busy_broker(true), peer = busy_broker(false);
    for (int i = 0; i < rounds; ++i) {
      bytes stream, out;
      for (int k = 0; k < 4; ++k)
        stream += all[random() % all.size()];
      mutate(stream, random);
      auto broker = i % 2 == 0 ? master : peer;
      auto heard = broker.take(stream, out);
      for (std::size_t k = 0; k < heard.size(); ++k)
        if (std::holds_alternative<broker_broken>(heard[k])) {
          REQUIRE(k + 1 == heard.size());
          ++broken;
        } else if (const auto* call = std::get_if<broker_call>(&heard[k])) {
          (void)broker.answer(call->request, jelly::own("new"), out);
        }
      events += static_cast<int>(heard.size());
      expressions(bytes{"\x00\x81", 2} + out); // what it said is sound
      if (i % 16 == 0)
        REQUIRE(decode<pb_broker_state>(encode(broker.state())).value() == broker.state());
    }
    MESSAGE(rounds, " conversations, ", events, " events, ", broken, " broken");
  }

  TEST_CASE("no damaged state crashes the broker that takes it over") {
    generator random{9};
    int loaded = 0;
    auto whole = busy_broker(true);
    bytes out;
    whole.take("\x04\x80\x1a\x87\x05\x82"
               "ab",
               out);
    const auto stored = encode(whole.state());
    for (int i = 0; i < 5000; ++i) {
      auto data = stored;
      mutate(data, random);
      auto state = decode<pb_broker_state>(data);
      if (!state)
        continue;
      pb_broker broker{std::move(*state)};
      broker.take("cde\x02\x80\x1d\x87\x01\x81", out);
      ++loaded;
    }
    MESSAGE("5000 damaged states, ", loaded, " loaded");
  }

} // TEST_SUITE
