// What an event does to the outside, compared with its record.
#pragma once

#include <optional>

#include "runtime/journal/record.hpp"
#include "runtime/mail/outbox.hpp"
#include "runtime/replay/divergence.hpp"

namespace troupe::runtime {

/// The first difference between what the event says now and what it said in the record: the number
/// of messages, and all effects in their order. Messages are compared where they are taken.
std::optional<divergence> compare_said(const record_head& head, const event_record& recorded,
                                       const outbox& now);

} // namespace troupe::runtime
