#include "runtime/replay/replayed_cell.hpp"

#include <algorithm>
#include <array>

#include "runtime/replay/effect_comparison.hpp"
#include "storage/fingerprint.hpp"

namespace troupe::runtime {

namespace {

/// A piece of a service that takes no message and needs nothing, as records call it.
struct callback {
  std::string_view name;
  void (*run)(service_base& of);
};

constexpr std::array<callback, 8> callbacks{{
    {"mailbox_drained", [](service_base& of) { of.mailbox_drained(); }},
    {"init", [](service_base& of) { of.init(); }},
    {"code_change", [](service_base& of) { of.code_change(); }},
    {"config_changed", [](service_base& of) { of.config_changed(); }},
    {"prepare_reconfig", [](service_base& of) { of.prepare_reconfig(); }},
    {"abort_reconfig", [](service_base& of) { of.abort_reconfig(); }},
    {"flush", [](service_base& of) { of.flush(); }},
    {"shutdown_requested", [](service_base& of) { of.shutdown_requested(); }},
}};

} // namespace

std::optional<divergence> replayed_cell::participant(const record_head& head,
                                                     const participant_record& what) {
  return slot_.change(head, what);
}

cell_copy replayed_cell::copy() const {
  return {slot_.copy()};
}

void replayed_cell::restore(const cell_copy& from) {
  slot_.restore(from);
}

std::optional<divergence> replayed_cell::play(const record_head& head, const event_record& event,
                                              const any_message& message) {
  envelope mail{message, head.sender.empty() ? address{} : context_.address_of(head.sender), {}};
  answers_.begin(head, event);
  context_.begin(head.at, &mail);
  std::optional<divergence> unable;
  std::optional<std::string> failed;
  try {
    unable = perform(head, message);
  } catch (const std::exception& problem) {
    failed = problem.what();
  } catch (...) {
    failed = "an exception of unknown type";
  }
  auto& at_hand = context_.event();
  at_hand.taken = nullptr;
  if (failed)
    at_hand.out = {};
  auto amiss = answers_.end();
  if (amiss || unable)
    return amiss ? amiss : unable;
  if (failed != event.failed)
    return differs(head, "how it ended",
                   event.failed ? text("failed: " + *event.failed) : text("returned"),
                   failed ? text("failed: " + *failed) : text("returned"));
  if (auto unasked = answers_.left_over(event))
    return unasked;
  return compare_said(head, event, at_hand.out);
}

std::optional<divergence> replayed_cell::perform(const record_head& head,
                                                 const any_message& message) {
  auto& service = *slot_.service();
  if (message) {
    const auto* hearing = slot_.kind()->find(message.tag());
    if (!hearing)
      return differs(head, "whether it hears this", text("it does"), text("it does not"));
    hearing->handle(service, message.content());
    return std::nullopt;
  }
  if (head.doing == "terminate") {
    perform_terminate();
    return std::nullopt;
  }
  const auto* found = std::find_if(callbacks.begin(), callbacks.end(),
                                   [&](const callback& one) { return one.name == head.doing; });
  if (found == callbacks.end())
    return differs(head, "what is done", text(head.doing), text("this program does not know it"));
  found->run(service);
  return std::nullopt;
}

// Older journals do not have the reason.
void replayed_cell::perform_terminate() {
  bool recorded = answers_.next_is(terminate_reason);
  slot_.service()->terminate(recorded ? answers_.recall(terminate_reason) : std::string{});
}

std::optional<divergence> replayed_cell::compare(const record_head& head,
                                                 const checksum_record& checksum) {
  auto mine = slot_.service()->state_bytes();
  if (mine.size() == checksum.size && fingerprint(mine) == checksum.mark)
    return std::nullopt;
  return differs(head, "its state is another", text_of_mark(checksum.size, checksum.mark),
                 slot_.service()->state_json());
}

} // namespace troupe::runtime
