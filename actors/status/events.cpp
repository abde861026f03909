#include "actors/status/events.hpp"

namespace troupe::status {

void event_hub::started() {
  for (const auto& path : config().steady)
    tell(at(path), events_begin{});
}

void event_hub::on(const event& what) {
  state().events++;
  for (const auto& [path, wish] : state().listeners)
    if (std::string_view{what.topic}.substr(0, wish.prefix.size()) == wish.prefix)
      tell(wish.listener, current());
}

void event_hub::on(const subscribe_events& wish) {
  state().listeners.insert_or_assign(std::string{wish.listener.path()}, wish);
}

void event_hub::on(const unsubscribe_events& wish) {
  state().listeners.erase(std::string{wish.listener.path()});
}

const runtime::service_kind& event_hub_kind() {
  static const auto kind = runtime::make_kind<event_hub>("status", "the stream of events");
  return kind;
}
const runtime::service_kind& event_hub::kind() const {
  return event_hub_kind();
}

} // namespace troupe::status
