// The corpus of `why`: situations that were made so that their reason is known.
#include "tests/actors/debug/why_corpus.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

constexpr std::uint64_t seeds = 4;
using codes_seen = std::set<std::string_view>;

std::string text_of(const json& value) {
  return value.is_string() ? std::string{value.get_string()} : std::string{};
}

/// The codes that the folders declare.
template <runtime::cause_codes... Codes>
std::set<std::string_view> declared() {
  std::set<std::string_view> all;
  auto add = [&](const auto& names) { all.insert(names.begin(), names.end()); };
  (add(names_of(Codes{})), ...);
  return all;
}

const std::set<std::string_view>& all_codes() {
  static const auto all =
      declared<runtime::service_cause, request_cause, worker_cause, build_cause, end_cause,
               builder_cause, lock_cause, workers::connection_cause, schedulers::scheduler_cause>();
  return all;
}

/// Whether a cause as it was answered is what was expected.
bool is_it(const json& said, const expectation& expected) {
  // On the stage due times are rounded up, by a microsecond each.
  auto same = [&](const char* key, const std::optional<instant>& time) {
    bool found = !time;
    for (std::int64_t more = 0; !found && more <= 3; ++more)
      found = text_of(said.at(key)) == runtime::as_iso(*time + std::chrono::microseconds{more});
    return found;
  };
  return text_of(said.at("code")) == expected.code.text
         && text_of(said.at("subject")) == expected.subject && same("since", expected.since)
         && same("until", expected.until) && !text_of(said.at("message")).empty();
}

/// The first causes of the answer and of its chain; the answer itself if it is an error.
void check_links(const boost::json::object& answer, const std::vector<expectation>& links,
                 codes_seen& seen) {
  CAPTURE(print(answer));
  REQUIRE(answer.contains("causes"));
  for (const auto& said : answer.at("causes").as_array())
    CHECK_MESSAGE(all_codes().contains(text_of(said.at("code"))), "a code of no list above");
  const auto& chain = answer.at("chain").as_array();
  for (std::size_t n = 0; n < links.size(); ++n) {
    CAPTURE(n);
    REQUIRE(chain.size() >= n);
    const auto& link = n == 0 ? answer : chain[n - 1].as_object();
    const auto& first = link.at("causes").as_array().at(0);
    CHECK_MESSAGE(is_it(first, links[n]), links[n].code.text, " of ", links[n].subject,
                  " expected");
    seen.insert(links[n].code.text);
  }
}

void check(const maker& one, std::uint64_t seed, codes_seen& seen) {
  CAPTURE(one.name);
  CAPTURE(seed);
  why_stage stage;
  prng by{seed * 1000003 + fnv1a(one.name)};
  auto made = one.make(stage, by);
  auto answer = stage.why(made.question);
  check_links(answer, made.links, seen);
  for (const auto& expected : made.also) {
    const auto& all = answer.at("causes").as_array();
    CHECK_MESSAGE(std::any_of(all.begin(), all.end(),
                              [&](const json& said) { return is_it(said, expected); }),
                  print(answer), " says nothing of ", expected.code.text, " of ", expected.subject);
    seen.insert(expected.code.text);
  }
  if (!made.remove)
    return;
  made.remove();
  stage.run();
  if (made.gone)
    CHECK(made.gone());
  if (!made.next.empty())
    check_links(stage.why(made.question), made.next, seen);
}

} // namespace

TEST_SUITE("why") {

  TEST_CASE("why names the reason of every situation, and no longer when it is gone") {
    std::vector<maker> makers;
    for (const auto& some :
         {request_situations(), unstored_situations(), decided_situations(), build_situations(),
          worker_situations(), scheduler_situations(), chain_situations()})
      makers.insert(makers.end(), some.begin(), some.end());
    CHECK(makers.size() * seeds >= 200);
    codes_seen seen;
    for (const auto& one : makers)
      for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        check(one, seed, seen);
    CHECK(all_codes().size() == 65); // no two folders give the same
    for (auto code : all_codes())
      CHECK_MESSAGE(seen.contains(code), "no situation produced ", code);
  }
}
