#include "runtime/replay/debugger.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/observation/field_match.hpp"
#include "runtime/replay/version_note.hpp"

namespace troupe::runtime {

namespace {

/// Records between two looks at whether to stop.
constexpr std::uint64_t stop_asked_every = 256;

std::string name_of(record_kind kind) {
  switch (kind) {
  case record_kind::event:
    return "event";
  case record_kind::participant:
    return "participant";
  case record_kind::checksum:
    return "checksum";
  case record_kind::name:
    break;
  }
  return "unknown";
}

/// " (is it NEAREST?)", if there is one.
template <class Names>
std::string is_it(std::string_view word, const Names& known) {
  auto close = nearest(word, known);
  return close.empty() ? std::string{} : fmt::format("; is it {}?", close);
}

} // namespace

result<std::unique_ptr<debugger>> debugger::open(const std::string& journal,
                                                 const kind_registry& kinds, std::string version,
                                                 const snapshot_limits& limits) {
  auto reader = journal_reader::open(journal);
  if (!reader)
    return reader.error();
  std::unique_ptr<debugger> made{
      new debugger{kinds, journal, std::move(*reader), std::move(version), limits}};
  made->keep_snapshot();
  made->read_next();
  return made;
}

debugger::debugger(const kind_registry& kinds, const std::string& journal, journal_reader reader,
                   std::string version, const snapshot_limits& limits)
  : reader_{std::move(reader)}, kinds_{kinds}, again_{kinds, false}, version_{std::move(version)},
    causes_{journal, kinds}, kept_{limits} {
  point_.latest = instant::min();
}

// -- a record further ----------------------------------------------------------------------------

void debugger::read_next() {
  next_.reset();
  if (!reader_.next()) {
    for (auto& message : reader_.damage())
      note(std::move(message));
    return;
  }
  const auto& segment = reader_.segment();
  if (std::pair mark{segment.run_began, segment.process}; run_mark_ != mark) {
    run_mark_ = mark;
    ++run_;
  }
  next_version_ = segment.version;
  if (auto message = version_note(segment.version, version_); !message.empty())
    note(std::move(message));
  const auto& head = reader_.head();
  next_ = record_view{run_,
                      head.order,
                      head.at,
                      name_of(reader_.kind()),
                      std::string{head.cell},
                      std::string{head.doing},
                      std::string{head.sender},
                      head.cause.event};
}

std::optional<divergence> debugger::feed() {
  if (reader_.gap_before())
    again_.forget();
  std::optional<divergence> differs;
  last_message_ = {};
  auto at = fmt::format("record {} ({} in {})", next_->order, next_->doing, next_->cell);
  try {
    differs = again_.feed(reader_.kind(), reader_.head(), reader_.body());
    last_message_ = again_.last_message();
    if (!again_.unread().empty())
      note(at + ": " + with_reason(again_.unread(), next_version_, version_));
  } catch (const failed& bad) { // its check was right: the writer was wrong
    note(fmt::format("{}: {}", at, bad.why().message));
    again_.forget();
  }
  ++point_.position;
  point_.run = next_->run;
  point_.order = next_->order;
  point_.latest = std::max(point_.latest, next_->at);
  last_ = std::move(next_);
  last_version_ = next_version_;
  keep_snapshot();
  read_next();
  return differs;
}

void debugger::keep_snapshot() {
  if (!kept_.due(point_))
    return;
  if (auto states = again_.make_copy())
    kept_.add({point_, reader_.here(), std::move(*states), last_, last_message_, last_version_});
}

result<void> debugger::restore(const snapshot& from) {
  if (auto gone = reader_.go(from.place); !gone) {
    if (gone.error().code == errc::corrupt)
      next_.reset(); // the reader has nothing more
    return gone;
  }
  again_.restore(from.states);
  point_ = from.at;
  last_ = from.last;
  last_message_ = from.message;
  last_version_ = from.version;
  run_ = from.at.run;
  run_mark_.reset();
  if (run_ > 0)
    run_mark_ = {reader_.segment().run_began, reader_.segment().process};
  read_next();
  return {};
}

void debugger::note(std::string message) {
  if (std::find(noted_.begin(), noted_.end(), message) == noted_.end())
    noted_.push_back(std::move(message));
}

// -- ways ----------------------------------------------------------------------------------------

debugger::target debugger::to_position(std::uint64_t position) {
  return {[position](const debugger& at) { return at.point_.position >= position; },
          [position](const replay_point& point) { return point.position <= position; }};
}

debugger::target debugger::to_order(std::uint64_t order) const {
  auto run = run_at_hand();
  return {[=](const debugger& at) {
            return at.next_
                   && (at.next_->run > run || (at.next_->run == run && at.next_->order > order));
          },
          [=](const replay_point& point) {
            return point.run < run || (point.run == run && point.order <= order);
          }};
}

debugger::target debugger::to_time(instant when) {
  return {[when](const debugger& at) { return at.next_ && at.next_->at >= when; },
          [when](const replay_point& point) { return point.latest < when; }};
}

replay_stop debugger::run(const target& to, const interrupt& stop) {
  look_at_watched();
  if (point_.position == 0 && !std::exchange(began_at_break_, true))
    if (auto* found = find_break())
      return stopped(stop_reason::breakpoint, found->number);
  for (std::uint64_t played = 0; next_ && !to.reached(*this); ++played) {
    if (stop && played % stop_asked_every == 0 && stop())
      return stopped(stop_reason::interrupted);
    auto differs = feed();
    auto changed = find_change();
    if (differs && checks()) {
      if (auto reason = version_reason(last_version_, version_); !reason.empty())
        note(fmt::format("record {} differs, {}", last_->order, reason));
      auto here = stopped(stop_reason::divergence);
      here.differs = std::move(differs);
      return here;
    }
    if (changed) {
      auto here = stopped(stop_reason::watch, changed->number);
      here.changed = std::move(changed);
      return here;
    }
    if (auto* found = find_break())
      return stopped(stop_reason::breakpoint, found->number);
  }
  return stopped(to.reached(*this) ? stop_reason::arrived : stop_reason::end);
}

result<replay_stop> debugger::move(const target& to, const interrupt& stop) {
  const auto* best = kept_.last(to.not_behind);
  if (!to.not_behind(point_) || (best && best->at.position > point_.position)) {
    if (!best)
      return failure{errc::not_found, "that is before the journal begins"};
    if (auto gone = restore(*best); !gone)
      return gone.error();
  }
  for (std::uint64_t played = 0; next_ && !to.reached(*this); ++played) {
    if (stop && played % stop_asked_every == 0 && stop())
      return stopped(stop_reason::interrupted);
    feed();
  }
  return stopped(to.reached(*this) ? stop_reason::arrived : stop_reason::end);
}

replay_stop debugger::step(std::uint64_t records, const interrupt& stop) {
  return run(to_position(point_.position + records), stop);
}

replay_stop debugger::go_on(const interrupt& stop) {
  return run({[](const debugger&) { return false; }, nullptr}, stop);
}

result<replay_stop> debugger::until(std::uint64_t order, const interrupt& stop) {
  if (point_.run == run_at_hand() && order <= point_.order)
    return failure{errc::invalid,
                   fmt::format("record {} is past; goto {} goes back to it", order, order)};
  return run(to_order(order), stop);
}

result<replay_stop> debugger::until(instant when, const interrupt& stop) {
  auto to = to_time(when);
  if (to.reached(*this) || !to.not_behind(point_))
    return failure{errc::invalid,
                   fmt::format("{} is past; goto {} goes back", as_iso(when), as_iso(when))};
  return run(to, stop);
}

result<replay_stop> debugger::back(std::uint64_t records, const interrupt& stop) {
  if (point_.position == 0)
    return failure{errc::invalid, "this is the beginning of the journal"};
  return move(to_position(point_.position - std::min(records, point_.position)), stop);
}

result<replay_stop> debugger::go_to(std::uint64_t order, const interrupt& stop) {
  return move(to_order(order), stop);
}

result<replay_stop> debugger::go_to(instant when, const interrupt& stop) {
  return move(to_time(when), stop);
}

// -- breakpoints ---------------------------------------------------------------------------------

const breakpoint& debugger::add(breakpoint one) {
  one.number = next_break_++;
  return breaks_.emplace_back(std::move(one));
}

bool debugger::remove(std::int64_t number) {
  return std::erase_if(breaks_, [&](const breakpoint& one) { return one.number == number; }) > 0;
}

breakpoint* debugger::find_break() {
  if (!next_ || reader_.kind() != record_kind::event)
    return nullptr;
  std::optional<json> fields; // of what comes: shown once, if anybody asks
  for (auto& one : breaks_) {
    if (!one.watch && !one.field.empty() && !fields)
      fields = fields_of(again_.coming(reader_.head(), reader_.body()));
    if (one.stops(next_->cell, next_->doing, fields ? *fields : json(nullptr))) {
      ++one.hits;
      return &one;
    }
  }
  return nullptr;
}

void debugger::look_at_watched() {
  watched_.clear();
  for (const auto& one : breaks_)
    for (const auto& path : one.watch ? again_.known() : std::vector<std::string>{})
      if (matches(one.path, path))
        watched_.look(one, path, again_.find(path)->service()->state_json());
}

std::optional<field_change> debugger::find_change() {
  std::optional<field_change> first;
  std::optional<json> state;
  for (auto& one : breaks_) {
    if (!one.watch || !matches(one.path, last_->cell))
      continue;
    auto* cell = again_.find(last_->cell);
    if (!cell)
      continue; // the next one in it is compared with the former
    if (!state)
      state = cell->service()->state_json();
    auto changed = watched_.look(one, last_->cell, *state);
    if (!changed)
      continue;
    ++one.hits;
    if (!first)
      first = std::move(changed);
  }
  return first;
}

// -- what is here --------------------------------------------------------------------------------

replay_stop debugger::where() {
  return stopped(next_ ? stop_reason::arrived : stop_reason::end);
}

replay_stop debugger::stopped(stop_reason why, std::int64_t number) {
  replay_stop here;
  here.why = why;
  here.position = point_.position;
  here.last = last_;
  here.next = next_;
  here.breakpoint = number;
  here.notes.assign(noted_.begin() + static_cast<std::ptrdiff_t>(told_), noted_.end());
  told_ = noted_.size();
  return here;
}

result<json> debugger::state(const std::string& path, const std::string& field) const {
  auto* cell = again_.find(path);
  if (!cell)
    return failure{errc::not_found, fmt::format("{}: its state is not known here{}", path,
                                                is_it(path, again_.known()))};
  auto all = cell->service()->state_json();
  if (field.empty())
    return all;
  if (const auto* found = find_field(all, field))
    return json(*found);
  std::vector<std::string> names;
  for (const auto& one : all.as_object())
    names.emplace_back(one.key());
  return failure{errc::not_found,
                 fmt::format("{} has no field {}{}", path, field, is_it(field, names))};
}

std::vector<std::pair<std::string, std::string>> debugger::tree() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& path : again_.known())
    all.emplace_back(path, again_.find(path)->kind()->name);
  return all;
}

result<message_view> debugger::message(bool taken) const {
  const auto& record = taken ? last_ : next_;
  if (!record)
    return failure{errc::not_found, taken ? "nothing has been played yet; step plays a record"
                                          : "this is the end of the journal; message last shows "
                                            "what was taken last"};
  message_view shown{*record, taken, false, nullptr};
  auto what = taken                                  ? last_message_
              : reader_.kind() == record_kind::event ? again_.coming(reader_.head(), reader_.body())
                                                     : any_message{};
  shown.known = static_cast<bool>(what);
  shown.message = shown_message(what);
  return shown;
}

json debugger::shown_message(const any_message& what) const {
  if (!what)
    return nullptr;
  decoding_context here{again_.around().paths, kinds_.known_messages()};
  return as_json(what);
}

json debugger::fields_of(const any_message& what) const {
  auto shown = shown_message(what);
  const auto* parts = shown.if_object();
  const auto* fields = parts ? parts->if_contains("fields") : nullptr;
  return fields ? *fields : json(nullptr);
}

result<std::vector<chain_link>> debugger::cause(std::uint64_t order, const interrupt& stop) {
  if (order == 0 && (!last_ || last_->kind != "event"))
    return failure{errc::not_found, "the last record is no event; cause RECORD names one"};
  auto asked = order != 0 ? order : last_->order;
  auto links = causes_.find(asked, point_.position, stop);
  if (links && last_ && last_->order == asked)
    for (auto& one : *links)
      if (one.order == asked)
        one.message = shown_message(last_message_);
  return links;
}

} // namespace troupe::runtime
