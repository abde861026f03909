// Errors of calls, as they travel: copied failures. pb.md section 6.
#pragma once

#include "runtime/wire/jelly.hpp"

namespace troupe::wire {

/// A failed call. `parents` decides how a peer reacts, so it always has the whole ancestry.
struct pb_error {
  std::string type; ///< Full name of the exception's class: "builtins.TypeError".
  std::string value;
  std::string traceback;
  std::vector<std::string> parents; ///< The class and all its bases, most derived first.
  TROUPE_FIELDS(type, value, traceback, parents)

  /// An exception whose bases between itself and builtins.Exception are `bases`.
  static pb_error of(std::string type, std::vector<std::string> bases, std::string message);

  /// Wrong password or unknown user. At login the only error that a worker survives.
  static pb_error unauthorized_login();
  /// Anonymous login.
  static pb_error unhandled_credentials();
  /// Makes the new worker's process exit.
  static pb_error duplicate_worker();
  /// On anything but a perspective. `name` without "remote_".
  static pb_error no_such_method(std::string_view name);
  /// No such method on a perspective.
  static pb_error attribute_error(std::string message);
  static pb_error invalid_object_id();
  static pb_error type_error(std::string message);

  /// Whether it is of this class or one derived from it.
  bool is_a(std::string_view type_or_base) const;
};

/// The copied failure, with all keys that some peer reads, in the kinds that they insist on.
jelly to_jelly(const pb_error& error);

/// Takes what is there and ignores the rest: a failure is never refused for its form. An instance
/// of another class counts as a failure of that class; other values as one without a type.
pb_error read_failure(const jelly& failure);

} // namespace troupe::wire
