// Situations whose reason is known because they were made so: what the corpus of `why` consists of.
// A maker sets one up with what chance gives it, and says what must be answered.
#pragma once

#include <random>

#include "actors/botmaster/brd/causes.hpp"
#include "actors/botmaster/build/causes.hpp"
#include "actors/botmaster/builders/causes.hpp"
#include "actors/botmaster/cause.hpp"
#include "actors/botmaster/locks/causes.hpp"
#include "actors/botmaster/workers/causes.hpp"
#include "actors/schedulers/causes.hpp"
#include "actors/workers/causes.hpp"
#include "tests/support/why_stage.hpp"

namespace troupe::testing {

using namespace botmaster;
using enum runtime::service_cause;
using enum request_cause;
using enum worker_cause;
using enum build_cause;
using enum end_cause;
using enum builder_cause;
using enum lock_cause;
using enum workers::connection_cause;
using enum schedulers::scheduler_cause;
using namespace std::chrono_literals;

/// A code of any of the folders that give causes.
struct any_code {
  std::string_view text;
  template <runtime::cause_codes Code>
  any_code(Code code) : text{runtime::code_of(code)} {}
};

/// What must be said first; of instants only those that are known.
struct expectation {
  any_code code;
  std::string subject;
  std::optional<instant> since = {}, until = {};
};

struct situation {
  std::vector<std::string> question;
  std::vector<expectation> links; ///< The first cause of the answer, then of those it leads to.
  std::vector<expectation> also;  ///< Further causes of the answer itself, in any order.
  std::function<void()> remove;   ///< Takes the cause away; nothing: it stays for good.
  std::function<bool()> gone;     ///< Whether what waited goes on then,
  std::vector<expectation> next;  ///< or for what it waits instead, as `links`.
};

/// Choices that are the same for the same seed.
class prng {
public:
  explicit prng(std::uint64_t seed) : numbers_{seed} {}
  std::int64_t up_to(std::int64_t most) { // from 0
    return static_cast<std::int64_t>(numbers_() % static_cast<std::uint64_t>(most + 1));
  }
  bool either() { return up_to(1) == 1; }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return *(all.begin() + up_to(static_cast<std::int64_t>(all.size()) - 1));
  }
  std::string name(std::string_view what) {
    return fmt::format("{}{}{}", what, one_of<std::string_view>({"", "-", "/", " ", "%"}),
                       up_to(99));
  }
  span some_time() { return std::chrono::milliseconds{1 + up_to(20000)}; }

private:
  std::mt19937_64 numbers_;
};

struct maker {
  const char* name;
  situation (*make)(why_stage& on, prng& by);
};

std::vector<maker> request_situations();
std::vector<maker> unstored_situations();
std::vector<maker> decided_situations();
std::vector<maker> build_situations();
std::vector<maker> worker_situations();
std::vector<maker> scheduler_situations();
std::vector<maker> chain_situations();

// -- common to many -------------------------------------------------------------------------------

/// A builder with `count` workers of its own, a request for it, and what it takes to see it begin.
struct simple_case {
  std::string builder;
  std::vector<std::string> workers;
  std::int64_t request = 0;
};

/// Configures a builder and its workers; `begin` is left to the maker.
simple_case small_master(why_stage& on, prng& by, std::int64_t workers);
std::vector<std::string> question_of(std::int64_t request);
std::function<bool()> starts(why_stage& on, std::int64_t request);
inline std::string quoted(std::string_view kind, const std::string& name) {
  return std::string{kind} + " " + name;
}

} // namespace troupe::testing
