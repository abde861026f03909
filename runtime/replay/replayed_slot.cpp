#include "runtime/replay/replayed_slot.hpp"

#include <utility>

#include <fmt/format.h>

namespace troupe::runtime {

std::optional<divergence> replayed_slot::change(const record_head& head,
                                                const participant_record& what) {
  unread_.clear();
  auto how = head.doing;
  if (how == participants::state) {
    if (known())
      return compare(head, what.state);
    load(what);
  } else if (how == participants::built) {
    lose();
    if (auto made = make(what.kind, what.config))
      now_ = std::move(*made);
  } else if (how == participants::dropped || how == participants::gone) {
    lose();
  } else if (known()) {
    change_known(how, what);
  }
  return std::nullopt;
}

void replayed_slot::lose() {
  now_ = {};
  former_ = {};
}

// -- a service that is not known ------------------------------------------------------------------

std::optional<replayed_slot::seat> replayed_slot::make(std::string_view kind, bytes config) {
  const auto* found = kinds_.find(kind);
  not_replayable_ = found && found->not_replayable;
  if (!found)
    unread_ = fmt::format("no kind of service is called {}", kind);
  if (!found || not_replayable_)
    return std::nullopt;
  auto service = found->make(config);
  if (!service)
    return std::nullopt; // it failed then, too: "started" tells
  (*service)->attach(host_);
  return seat{found, std::move(*service), std::move(config), std::nullopt};
}

void replayed_slot::load(const participant_record& what) {
  auto made = make(what.kind, what.config);
  if (!made)
    return;
  if (auto loaded = made->service->load_state(what.state))
    now_ = std::move(*made);
  else
    unread_ = "its state cannot be read: " + loaded.error().message;
}

// -- one that is known ----------------------------------------------------------------------------

std::optional<divergence> replayed_slot::compare(const record_head& head,
                                                 std::string_view recorded) const {
  if (now_.service->state_bytes() == recorded)
    return std::nullopt;
  auto then = now_.kind->state.decode(recorded);
  return differs(head, "its state is another",
                 then ? show_value(*now_.kind->state.ops, then->content()) : json(nullptr),
                 now_.service->state_json());
}

void replayed_slot::change_known(std::string_view how, const participant_record& what) {
  if (how == participants::offered) {
    now_.offered = what.config;
    if (!now_.service->offer_config(what.config))
      lose();
  } else if (how == participants::taken_back) {
    now_.service->drop_offered_config();
    now_.offered.reset();
  } else if (how == participants::exchanged) {
    exchange();
    exchanged_ = true;
  } else if (how == participants::replaced) {
    replace(what);
  } else if (how == participants::undone) {
    if (exchanged_)
      exchange();
    else
      std::swap(now_, former_);
  }
}

void replayed_slot::exchange() {
  now_.service->exchange_config();
  if (now_.offered)
    std::swap(now_.config, *now_.offered);
}

void replayed_slot::replace(const participant_record& what) {
  auto successor = make(what.kind, what.config);
  if (!successor || !successor->service->load_state(now_.service->state_bytes())) {
    lose();
    return;
  }
  former_ = std::exchange(now_, std::move(*successor));
  exchanged_ = false;
}

// -- copies ---------------------------------------------------------------------------------------

std::size_t slot_copy::size() const {
  std::size_t sum = 0;
  for (const auto* one : {&now, &former})
    sum += one->config.size() + one->state.size() + (one->offered ? one->offered->size() : 0);
  return sum;
}

slot_copy replayed_slot::copy() const {
  return {copied(now_), copied(former_), not_replayable_, exchanged_};
}

slot_copy::seated replayed_slot::copied(const seat& from) {
  if (!from.service)
    return {};
  return {from.kind, from.config, from.service->state_bytes(), from.offered};
}

void replayed_slot::restore(const slot_copy& from) {
  now_ = restored(from.now);
  former_ = restored(from.former);
  not_replayable_ = from.not_replayable;
  exchanged_ = from.exchanged;
}

replayed_slot::seat replayed_slot::restored(const slot_copy::seated& from) const {
  auto made = from.kind ? from.kind->make(from.config) : failure{};
  if (!made || !(*made)->load_state(from.state)
      || (from.offered && !(*made)->offer_config(*from.offered)))
    return {};
  (*made)->attach(host_);
  return {from.kind, std::move(*made), from.config, from.offered};
}

} // namespace troupe::runtime
