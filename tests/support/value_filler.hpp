// Values of any type that leave nothing at its default: something in every field, an element in
// every list and map. Made by going through the operations of the type, so a new type needs
// nothing; the same values in every run.
#pragma once

#include "runtime/mail/message.hpp"

namespace troupe::testing {

enum class filling {
  plain,
  odd, ///< What JSON has trouble with: bytes that are no text, the longest times, extreme numbers.
};

/// The JSON of such a value.
json filled_json(const value_ops& ops, filling how = filling::plain);

/// Such a message, configuration or state.
runtime::any_message filled(const runtime::message_codec& codec, filling how = filling::plain);

/// What of a type tells its layout from another's: the names and shapes of its fields, and theirs.
std::string shape_text(const value_ops& ops);

} // namespace troupe::testing
