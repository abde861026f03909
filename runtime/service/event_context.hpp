// The piece of a service that runs, in a cell or in a replay: the message at hand, the time, and an
// outbox in which everything is gathered that the service says.
#pragma once

#include "runtime/mail/outbox.hpp"
#include "runtime/service/service.hpp"

namespace troupe::runtime {

class event_recorder;

/// The piece of the service that runs.
struct running_event {
  const envelope* taken = nullptr; ///< The message that is handled; null: there is none.
  instant now;
  event_recorder* recorder = nullptr; ///< While the journal records.
  outbox out;
};

/// The half of a service's context that is about the event at hand; its surroundings are the
/// derived class's.
class event_context : public context {
public:
  /// For the owner, which runs the service.
  running_event& event() noexcept { return event_; }
  const running_event& event() const noexcept { return event_; }

  const address& sender() const final;
  const any_message& current() const final;
  instant now() const final { return event_.now; }
  void send(address to, any_message what) final;
  void start_timer(std::string key, span after, any_message what) final;
  void cancel_timer(std::string_view key) final;
  void start_child(child_spec spec) final;
  void stop_child(std::string name) final;
  void control(std::string path, any_message command) final;
  void finish(std::string reason) final;
  void ready() final { event_.out.ready = true; }
  void prepared(std::string refusal) final { event_.out.prepared = std::move(refusal); }

protected:
  ~event_context() = default;

private:
  running_event event_;
};

} // namespace troupe::runtime
