#include "runtime/service/event_context.hpp"

#include <algorithm>

namespace troupe::runtime {

namespace {

/// Stands for the message at hand where there is none.
const envelope no_mail;

} // namespace

const address& event_context::sender() const {
  return event_.taken ? event_.taken->from : no_mail.from;
}

const any_message& event_context::current() const {
  return event_.taken ? event_.taken->what : no_mail.what;
}

void event_context::send(address to, any_message what) {
  event_.out.said.emplace_back(std::move(to), std::move(what));
}

void event_context::start_timer(std::string key, span after, any_message what) {
  event_.out.timed.push_back({std::move(key), std::move(what), std::max(after, span{0})});
}

void event_context::cancel_timer(std::string_view key) {
  event_.out.timed.push_back({std::string{key}, std::nullopt, {}});
}

void event_context::start_child(child_spec spec) {
  spec.dynamic = true;
  event_.out.to_start.push_back(std::move(spec));
}

void event_context::stop_child(std::string name) {
  event_.out.to_stop.push_back(std::move(name));
}

void event_context::control(std::string path, any_message command) {
  event_.out.commanded.emplace_back(std::move(path), std::move(command));
}

void event_context::finish(std::string reason) {
  event_.out.finishing = true;
  event_.out.finish_reason = std::move(reason);
}

} // namespace troupe::runtime
