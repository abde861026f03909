#include "actors/botmaster/build/unsaved.hpp"

#include "actors/status/events.hpp"

namespace troupe::botmaster {

namespace {

/// A commit is made at the latest when so much waits.
constexpr std::size_t waiting_bytes_max = 2 << 20;

} // namespace

void unsaved::touch() {
  if (extent_ == extent::nothing)
    extent_ = extent::state;
}

bool unsaved::is_large() const {
  return work_.work.byte_count() > waiting_bytes_max;
}

void unsaved::change(changed_record which) {
  touch();
  changed_[static_cast<std::size_t>(which)] = true;
}

bool unsaved::take_change(changed_record which) {
  return std::exchange(changed_[static_cast<std::size_t>(which)], false);
}

runtime::transaction unsaved::take() {
  extent_ = extent::nothing;
  return std::exchange(work_, {});
}

void handling::announce(std::string topic, json content) const {
  out.send(status, status::event{std::move(topic), std::move(content)});
}

} // namespace troupe::botmaster
