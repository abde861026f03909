#include "runtime/replay/replay.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

/// Turns whose messages are kept until they are taken.
constexpr std::size_t said_turns_max = 200'000;

divergence differs(const record_head& head, std::string what, json recorded, json now) {
  return {head.order,       head.at,           std::string{head.cell}, std::string{head.doing},
          std::move(what), std::move(recorded), std::move(now)};
}

json text(std::string_view words) {
  return json(boost::json::string_view{words.data(), words.size()});
}

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

std::optional<divergence> replay::feed(record_kind kind, const record_head& head,
                                       std::string_view body) {
  missed_ = 0;
  if (!only_.empty() && !only_.contains(head.cell))
    return std::nullopt;
  scope here{around_.paths, around_.kinds.known_messages()};
  last_message_ = {};
  last_said_ = {};
  if (kind == record_kind::turn)
    return feed_turn(head, body);
  if (kind == record_kind::seat) {
    auto what = get_seat(body).value();
    if (head.doing == seats::gone) {
      cells_.erase(std::string{head.cell});
      around_.paths.forget(head.cell);
      return std::nullopt;
    }
    return cell(head.cell).seat(head, what);
  }
  if (kind == record_kind::digest)
    if (auto* one = find(head.cell)) {
      figures_.digests++;
      return one->compare(head, get_digest(body).value());
    }
  return std::nullopt;
}

std::optional<divergence> replay::feed_turn(const record_head& head, std::string_view body) {
  auto* who = find(head.cell);
  if (!who) {
    auto found = cells_.find(head.cell);
    bool looks = found != cells_.end() && found->second->looks_around();
    (looks ? figures_.looking : figures_.passed_over)++;
    return std::nullopt;
  }
  auto turn = get_turn(body).value();
  if (turn.left_out) {
    who->lose();
    figures_.passed_over++;
    return std::nullopt;
  }
  any_message message;
  if (turn.message) {
    if (auto other = find_message(head, *turn.message, message))
      return other;
    if (!message) { // said before the record begins, and too long to be in it
      missed_ = head.cause.turn;
      who->lose();
      figures_.passed_over++;
      return std::nullopt;
    }
    figures_.messages++;
  }
  figures_.turns++;
  auto found = who->play(head, turn, message);
  last_message_ = message;
  keep_said(head.order, *who);
  return found;
}

/// What the turn takes: as it was said again just now, or as it was recorded.
std::optional<divergence> replay::find_message(const record_head& head,
                                               const recorded_bytes& recorded,
                                               any_message& found) {
  auto read = [&] {
    const auto* codec = around_.kinds.known_messages().find(head.doing);
    auto what = codec && recorded.whole ? codec->decode(recorded.data) : failure{};
    if (what)
      found = std::move(*what);
  };
  auto by = said_.find(head.cause.turn);
  if (head.cause.turn == 0 || by == said_.end()) {
    read();
    return std::nullopt;
  }
  auto place = head.cause.place;
  if (place == 0 || place > by->second.what.size())
    return differs(head, fmt::format("turn {} said this", head.cause.turn), text(head.doing),
                   text("it said nothing more"));
  const auto& [to, what] = by->second.what[place - 1];
  if (what.name() != head.doing || to.path() != head.cell)
    return differs(head, fmt::format("what turn {} said", head.cause.turn),
                   text(fmt::format("{} to {}", head.doing, head.cell)),
                   text(fmt::format("{} to {}", what.name(), to.path())));
  if (check_) {
    figures_.compared++;
    if (!recorded.is(to_bytes(what))) {
      read();
      auto recorded_as = found ? as_json(found)
                               : text(fmt::format("{} bytes, fingerprint {:016x}", recorded.size,
                                                  recorded.mark));
      return differs(head, fmt::format("what turn {} said", head.cause.turn),
                     std::move(recorded_as), as_json(what));
    }
  }
  found = what;
  return std::nullopt;
}

void replay::keep_said(std::uint64_t order, replayed_cell& who) {
  last_said_ = who.take_said();
  said_turn kept;
  kept.what = last_said_.said;
  for (const auto& one : last_said_.timed)
    kept.what.emplace_back(who.me(), one.what.value_or(any_message{}));
  if (kept.what.empty())
    return;
  said_.emplace(order, std::move(kept));
  said_order_.push_back(order);
  if (said_order_.size() > said_turns_max) {
    said_.erase(said_order_.front());
    said_order_.pop_front();
  }
}

} // namespace troupe::runtime
