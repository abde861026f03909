#include "runtime/replay/replay.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

/// Events whose messages are kept until they are taken.
constexpr std::size_t said_events_max = 200'000;

} // namespace

replay::replay(const kind_registry& kinds, bool check) : around_{kinds}, check_{check} {}

void replay::forget() {
  cells_.clear();
  said_.clear();
  said_order_.clear();
}

replayed_cell& replay::cell(std::string_view path) {
  auto found = cells_.find(path);
  if (found == cells_.end())
    found = cells_.emplace(std::string{path}, std::make_unique<replayed_cell>(around_, path)).first;
  return *found->second;
}

replayed_cell* replay::find(std::string_view path) {
  auto found = cells_.find(path);
  return found != cells_.end() && found->second->known() ? found->second.get() : nullptr;
}

std::vector<std::string> replay::known() const {
  std::vector<std::string> paths;
  for (const auto& [path, one] : cells_)
    if (one->known())
      paths.push_back(path);
  return paths;
}

std::optional<replay::copy> replay::make_copy() const {
  for (const auto& [path, one] : cells_)
    if (!one->flushed())
      return std::nullopt;
  copy made;
  for (const auto& [path, one] : cells_)
    made.cells.emplace(path, one->copy());
  for (auto order : said_order_)
    made.said.emplace_back(order, said_.at(order));
  made.count = figures_;
  return made;
}

void replay::restore(const copy& from) {
  decoding_context here{around_.paths, around_.kinds.known_messages()};
  forget();
  for (const auto& [path, one] : from.cells)
    cell(path).restore(one);
  for (const auto& [order, what] : from.said) {
    said_.emplace(order, what);
    said_order_.push_back(order);
  }
  figures_ = from.count;
  last_message_ = {};
  last_said_ = {};
  unread_.clear();
}

std::optional<divergence> replay::feed(record_kind kind, const record_head& head,
                                       std::string_view body) {
  unread_.clear();
  if (only_ && !only_->cells.contains(head.cell))
    return std::nullopt;
  decoding_context here{around_.paths, around_.kinds.known_messages()};
  last_message_ = {};
  last_said_ = {};
  if (kind == record_kind::event)
    return feed_event(head, body);
  if (kind == record_kind::participant) {
    auto what = get_participant(body).value();
    if (head.doing == participants::gone) {
      cells_.erase(std::string{head.cell});
      around_.paths.forget(head.cell);
      return std::nullopt;
    }
    auto& one = cell(head.cell);
    auto found = one.participant(head, what);
    unread_ = one.unread();
    return found;
  }
  if (kind == record_kind::checksum)
    if (auto* one = find(head.cell)) {
      figures_.checksums++;
      return one->compare(head, get_checksum(body).value());
    }
  return std::nullopt;
}

std::optional<divergence> replay::feed_event(const record_head& head, std::string_view body) {
  auto* who = find(head.cell);
  if (!who) {
    auto found = cells_.find(head.cell);
    bool looks = found != cells_.end() && found->second->not_replayable();
    (looks ? figures_.looking : figures_.passed_over)++;
    return std::nullopt;
  }
  auto event = get_event(body).value();
  if (event.dropped) {
    who->lose();
    figures_.passed_over++;
    return std::nullopt;
  }
  any_message message;
  std::optional<divergence> another;
  if (event.message) {
    another = find_message(head, *event.message, message);
    if (!message) { // said before the record begins, and too long to be in it; or not to be read
      who->lose();
      figures_.passed_over++;
      return another;
    }
    figures_.messages++;
  }
  figures_.events++;
  auto found = who->play(head, event, message);
  last_message_ = message;
  keep_said(head.order, *who);
  return another ? another : found;
}

any_message replay::read(const record_head& head, const recorded_bytes& recorded) {
  if (!recorded.by_value)
    return {};
  const auto* codec = around_.kinds.known_messages().find(head.doing);
  auto what =
      codec ? codec->decode(recorded.data) : failure{errc::not_found, "no message is called that"};
  if (what)
    return std::move(*what);
  unread_ = fmt::format("{} cannot be read: {}", head.doing, what.error().message);
  return {};
}

/// What the event takes: as it was said again just now, or as it was recorded.
std::optional<divergence> replay::find_message(const record_head& head,
                                               const recorded_bytes& recorded, any_message& found) {
  auto by = said_.find(head.cause.event);
  if (head.cause.event == 0 || by == said_.end()) {
    found = read(head, recorded);
    return std::nullopt;
  }
  auto place = head.cause.place;
  if (place == 0 || place > by->second->what.size()) {
    found = read(head, recorded);
    return differs(head, fmt::format("event {} said this", head.cause.event), text(head.doing),
                   text("it said nothing more"));
  }
  const auto& [to, what] = by->second->what[place - 1];
  if (place > by->second->weighed) {
    by->second->weighed = place;
    by->second->bytes += recorded.size;
  }
  if (what.name() != head.doing || to.path() != head.cell) {
    found = read(head, recorded);
    return differs(head, fmt::format("what event {} said", head.cause.event),
                   text(fmt::format("{} to {}", head.doing, head.cell)),
                   text(fmt::format("{} to {}", what.name(), to.path())));
  }
  found = what;
  if (!check_) {
    if (only_ && !recorded.by_value && --only_->events[by->first] == 0)
      said_.erase(by);
    return std::nullopt;
  }
  figures_.compared++;
  if (recorded.is(to_bytes(what)))
    return std::nullopt;
  auto then = read(head, recorded);
  return differs(head, fmt::format("what event {} said", head.cause.event),
                 then ? as_json(then) : text_of_mark(recorded.size, recorded.mark), as_json(what));
}

any_message replay::coming(const record_head& head, std::string_view body) {
  decoding_context here{around_.paths, around_.kinds.known_messages()};
  auto event = get_event(body);
  if (!event || !event->message || event->dropped)
    return {};
  auto by = said_.find(head.cause.event);
  auto place = head.cause.place;
  if (head.cause.event != 0 && by != said_.end() && place > 0 && place <= by->second->what.size()
      && by->second->what[place - 1].second.name() == head.doing)
    return by->second->what[place - 1].second;
  auto before = unread_;
  auto what = read(head, *event->message);
  unread_ = std::move(before);
  return what;
}

void replay::keep_said(std::uint64_t order, replayed_cell& who) {
  last_said_ = who.take_said();
  if (only_ && !only_->events.contains(order))
    return;
  auto kept = std::make_shared<said_event>();
  kept->what = last_said_.said;
  for (const auto& one : last_said_.timed)
    kept->what.emplace_back(who.me(), one.what.value_or(any_message{}));
  if (kept->what.empty())
    return;
  said_.emplace(order, std::move(kept));
  if (only_) // gone when all of it is taken
    return;
  said_order_.push_back(order);
  if (said_order_.size() > said_events_max) {
    said_.erase(said_order_.front());
    said_order_.pop_front();
  }
}

} // namespace troupe::runtime
