// Why something does not start or end: causes, as values, and the query that brings them.
//
// A cause follows from the state of the service that gives it, at the moment when it is asked:
// nothing in it is guessed, or kept from earlier. Lists of causes are in order of importance; the
// first is the reason.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

/// What a cause is about, or who is behind it. Its kinds belong to those who build with it.
struct thing {
  std::string kind;    ///< "worker", "build"; empty: nobody.
  std::string name;    ///< As people call it: "w1", "linux/7", "12".
  std::int64_t id = 0; ///< Of what is numbered in the store: its number.
  TROUPE_FIELDS(kind, name, id)
};
/// "worker w1": the name by which the shell takes it.
std::string to_string(const thing& what);

/// An enum whose names are codes, such as "worker.paused". Each folder has one for the causes that
/// it gives, beside the code that gives them.
template <class Code>
concept cause_codes = std::is_enum_v<Code> && requires(Code code) {
  names_of(code)[0];
};

template <cause_codes Code>
std::string_view code_of(Code code) {
  return names_of(code)[static_cast<std::size_t>(code)];
}

struct cause {
  std::string code;    ///< For programs: people have the message.
  std::string message; ///< One sentence for people, without its full stop.
  thing subject;
  std::optional<instant> since;
  std::optional<instant> until; ///< When it ends by itself.
  thing by; ///< Whose own causes say more: a build, a request, a worker; or nobody.
  TROUPE_FIELDS(code, message, subject, since, until, by)

  cause() = default;
  /// A code that no folder has declared does not compile.
  template <cause_codes Code>
  cause(Code which, std::string text, thing about, std::optional<instant> from = {},
        std::optional<instant> to = {}, thing behind = {})
    : code{code_of(which)}, message{std::move(text)}, subject{std::move(about)}, since{from},
      until{to}, by{std::move(behind)} {}

  template <cause_codes Code>
  bool is(Code which) const {
    return code == code_of(which);
  }
};
using causes = std::vector<cause>;

/// Why does `about` not start or end? Answered with `explanation`, by service_base::explain.
struct query {
  thing about;
  std::optional<instant> since; ///< Since when it is known to wait for the one who is asked.
  std::string token;
  address requester;
  TROUPE_FIELDS(about, since, token, requester)
};
struct explanation {
  std::string token;
  runtime::causes causes;
  TROUPE_FIELDS(token, causes)
};

/// Causes that any service may give, or that are given for one that does not answer.
enum class service_cause : int { waits_for_store, service_silent, service_absent };
constexpr auto names_of(service_cause) {
  return std::array<std::string_view, 3>{"service.waits_for_store", "service.silent",
                                         "service.absent"};
}
static_assert(names_of(service_cause{}).size()
              == static_cast<std::size_t>(service_cause::service_absent) + 1);

/// "0.3 s", "12 s", "3 min", "5 h", "2 days"; two units never, so that it can be read at a glance.
std::string lasting(span time);
/// "a, b and c".
std::string listed(const std::vector<std::string>& names);

} // namespace troupe::runtime
