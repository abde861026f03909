// A kind of service of which a test sees each message before the service does.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "runtime/service/kind.hpp"

namespace troupe::testing {

using message_observer = std::function<void(const runtime::message_codec&, const void*)>;

/// Two copies of a kind that tell what their services are about to handle; two, since a swap to
/// another kind hands over to a successor in any case. Of one kind at a time: a kind's functions
/// know nothing but the service.
struct observed_kind {
  const runtime::service_kind* original = nullptr;
  std::string other_name;
  std::array<runtime::service_kind, 2> copies;
  message_observer heard;
};
extern observed_kind observed;

/// `kind` is observed from now on, in place of the one before.
void observe(const runtime::service_kind& kind, bool in_place, message_observer heard);

} // namespace troupe::testing
