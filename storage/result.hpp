// A value, or a failure with a code and words. Functions outside of actors return `result`; an
// exception carries a failure up to the edge of an actor and no further.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace troupe {

/// What went wrong, as far as some caller acts on it. Everything else is in the words.
enum class errc : int {
  invalid,     ///< The input is not acceptable as it is; asking again will not help.
  not_found,   ///< What was named does not exist.
  conflict,    ///< Somebody else has it, or it is not in the state that the caller assumed.
  refused,     ///< Understood and declined: not allowed, over a limit, not now.
  timeout,     ///< No answer within the patience of the requester.
  unavailable, ///< The part that must do it is down or unreachable.
  corrupt,     ///< Stored or received bytes do not hold together.
  too_new,     ///< Written by a newer program than this one.
  full,        ///< No room: disk or map.
  io,          ///< The operating system refused.
  bug,         ///< An invariant of this program does not hold.
};

std::string_view to_string(errc code) noexcept;

/// A code that a program can act on and words that a person can.
struct failure {
  errc code = errc::bug;
  std::string message;

  /// The same failure, seen from further up: "opening the store: no such folder".
  failure in(std::string_view context) const {
    return {code, std::string{context} + ": " + message};
  }
};

/// Carries a `failure` through code that cannot return one.
class failed : public std::runtime_error {
public:
  explicit failed(failure why) : std::runtime_error{why.message}, why_{std::move(why)} {}
  const failure& why() const noexcept { return why_; }

private:
  failure why_;
};

// An optional beside the failure, not a variant of the two: it takes a tenth of the time to
// compile, and there is one for nearly every type.
template <class T>
class [[nodiscard]] result {
public:
  result(T value) : value_{std::move(value)} {}
  result(failure why) : why_{std::move(why)} {}

  explicit operator bool() const noexcept { return value_.has_value(); }
  const T& operator*() const& { return value_.value(); }
  T& operator*() & { return value_.value(); }
  T&& operator*() && { return std::move(value_).value(); }
  const T* operator->() const { return &value_.value(); }
  T* operator->() { return &value_.value(); }
  const failure& error() const noexcept { return why_; }

  /// The value, or the failure as an exception.
  T value() && {
    if (!value_)
      throw failed{why_};
    return std::move(*value_);
  }

private:
  std::optional<T> value_;
  failure why_; ///< Of no meaning beside a value.
};

/// Success without a value.
template <>
class [[nodiscard]] result<void> {
public:
  result() = default;
  result(failure why) : why_{std::move(why)} {}

  explicit operator bool() const noexcept { return !why_; }
  const failure& error() const { return *why_; }
  void value() const {
    if (why_)
      throw failed{*why_};
  }

private:
  std::optional<failure> why_; ///< Success costs a flag: every stored field is read with it.
};

} // namespace troupe
