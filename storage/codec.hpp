// The stored form of described values: binary, self-delimiting, and readable by programs that know
// fewer or more fields than the writer.
//
// A described struct is a list of (tag, length, payload), the tag being 16 bits of the hash of the
// field's name. A reader takes the fields it knows, in any order, leaves the others, and keeps the
// default of each field it does not find; what has been renamed or re-typed it reads as that was
// (field_history.hpp). Integers are zigzag varints; text is raw bytes; sequences are a count and
// length-prefixed elements.
#pragma once

#include "storage/layout.hpp"

namespace troupe {

/// The stored form of `x`, without a version byte: the tables put one in front.
template <class T>
bytes encode(const T& x) {
  bytes out;
  put_value(ops_of<T>(), out, &x);
  return out;
}

/// Refused with the type and the path in it: "worker_state: info: [2]: its stored form is damaged".
template <class T>
result<T> decode(std::string_view in) {
  T x{};
  if (auto done = get_value(ops_of<T>(), &x, in); !done)
    return done.error().in(type_name<T>());
  return x;
}

/// Equal values have equal digests, in every process and version that knows the same fields.
template <class T>
std::uint64_t digest(const T& x) {
  return fnv1a(encode(x));
}

} // namespace troupe
