// EVENTS: what happens in the master, for its subscribers: `troupe shell DIR watch`,
// reporters. Topics are Buildbot's routing keys with slashes: "changes/7/new",
// "builds/12/finished".
//
// Promises:  a subscriber hears events in the order in which `status` took them, none twice.
//            Events are told by transactions, so nothing is heard that is not stored.
// Restart:   permanent; subscribers are stored nowhere and begin again.
#pragma once

#include <set>

#include "runtime/service/kind.hpp"

namespace troupe::status {

struct event {
  std::string topic;
  json content;
  TROUPE_FIELDS(topic, content)
};

/// The kind of an event: "builds/12/finished" is one of "builds/finished".
std::string kind_of(std::string_view topic);

/// From now on `listener` hears events whose topic begins with `prefix`; replaces its earlier wish.
struct subscribe_events {
  runtime::address listener;
  std::string prefix;
  std::set<std::string> kinds; ///< Only these; none: all.
  bool counts = false;         ///< It hears `events_counted`, too.
  TROUPE_FIELDS(listener, prefix, kinds, counts)
};
struct unsubscribe_events {
  runtime::address listener;
  TROUPE_FIELDS(listener)
};

/// To those who listen all the time: subscriptions have been forgotten.
struct publisher_restarted {
  TROUPE_FIELDS()
};

/// How many there were of each kind since the last of these; some seconds after the first of them.
struct events_counted {
  std::map<std::string, std::int64_t> by_kind;
  TROUPE_FIELDS(by_kind)
};

/// To itself.
struct counts_due {
  TROUPE_FIELDS()
};

inline constexpr std::string_view status_path = "/status";

struct event_hub_config {
  std::vector<std::string> steady; ///< Paths that hear `publisher_restarted`.
  TROUPE_FIELDS(steady)
};
struct event_hub_state {
  std::map<std::string, subscribe_events> listeners; ///< By path.
  std::int64_t events = 0;
  std::map<std::string, std::int64_t> untold; ///< By kind; of few kinds, whatever comes.
  TROUPE_FIELDS(listeners, events, untold)
};

class event_hub : public runtime::service<event_hub, event_hub_config, event_hub_state> {
public:
  using hears = runtime::messages<event, subscribe_events, unsubscribe_events, counts_due>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void on(const event&);
  void on(const subscribe_events&);
  void on(const unsubscribe_events&);
  void on(const counts_due&);
};

} // namespace troupe::status
