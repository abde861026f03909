#include "actors/status/events.hpp"

namespace troupe::status {

namespace {

/// Kinds of events are few; a topic that would make more of them is not counted.
constexpr std::size_t kinds_max = 1000;
constexpr auto count_pause = std::chrono::seconds{10};

} // namespace

std::string kind_of(std::string_view topic) {
  auto first = topic.find('/'), last = topic.rfind('/');
  if (first == std::string_view::npos || first == last)
    return std::string{topic};
  return std::string{topic.substr(0, first)} + std::string{topic.substr(last)};
}

void event_hub::init() {
  for (const auto& path : config().steady)
    send(address_of(path), publisher_restarted{});
}

void event_hub::on(const event& what) {
  state().events++;
  auto kind = kind_of(what.topic);
  auto& untold = state().untold;
  if (untold.empty())
    start_timer("counts", count_pause, counts_due{});
  if (untold.size() < kinds_max || untold.contains(kind))
    untold[kind]++;
  for (const auto& [path, wish] : state().listeners)
    if (std::string_view{what.topic}.starts_with(wish.prefix)
        && (wish.kinds.empty() || wish.kinds.contains(kind)))
      send(wish.listener, current());
}

void event_hub::on(const counts_due&) {
  events_counted news{std::exchange(state().untold, {})};
  for (const auto& [path, wish] : state().listeners)
    if (wish.counts)
      send(wish.listener, news);
}

void event_hub::on(const subscribe_events& wish) {
  state().listeners.insert_or_assign(std::string{wish.listener.path()}, wish);
}

void event_hub::on(const unsubscribe_events& wish) {
  state().listeners.erase(std::string{wish.listener.path()});
}

const runtime::service_kind& event_hub::static_kind() {
  static const auto kind = runtime::make_kind<event_hub>("status", "the stream of events");
  return kind;
}

} // namespace troupe::status
