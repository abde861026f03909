#include "runtime/replay/replayed_cell.hpp"

#include <fmt/format.h>

#include "storage/fingerprint.hpp"
#include "storage/hex.hpp"

namespace troupe::runtime {

namespace {

json shown(const recorded_bytes& what) {
  constexpr std::size_t shown_max = 512;
  if (!what.by_value)
    return text_of_mark(what.size, what.mark);
  return text(to_hex(std::string_view{what.data}.substr(0, shown_max)));
}

json shown(const recorded_effect& what) {
  return boost::json::object{
      {"verb", what.verb}, {"target", what.target}, {"content", shown(what.content)}};
}

} // namespace

// -- what is in the cell --------------------------------------------------------------------------

void replayed_cell::lose() {
  service_.reset();
  former_.reset();
  kind_ = nullptr;
}

std::size_t cell_copy::size() const {
  std::size_t sum = sizeof *this;
  for (const auto* one : {&now, &former})
    sum += one->config.size() + one->state.size() + (one->offered ? one->offered->size() : 0);
  return sum;
}

cell_copy replayed_cell::copy() const {
  cell_copy made;
  if (service_)
    made.now = {kind_, config_, service_->state_bytes(), offered_};
  if (former_)
    made.former = {former_kind_, former_config_, former_->state_bytes(), former_offered_};
  made.not_replayable = not_replayable_;
  made.exchanged = exchanged_;
  return made;
}

void replayed_cell::restore(const cell_copy& from) {
  lose();
  auto participant = [&](const cell_copy::seated& one) -> std::unique_ptr<service_base> {
    auto made = one.kind ? one.kind->make(one.config) : failure{};
    if (!made || !(*made)->load_state(one.state)
        || (one.offered && !(*made)->offer_config(*one.offered)))
      return nullptr;
    (*made)->attach(context_);
    return std::move(*made);
  };
  service_ = participant(from.now);
  former_ = participant(from.former);
  kind_ = from.now.kind;
  former_kind_ = from.former.kind;
  config_ = from.now.config;
  former_config_ = from.former.config;
  offered_ = from.now.offered;
  former_offered_ = from.former.offered;
  not_replayable_ = from.not_replayable;
  exchanged_ = from.exchanged;
}

std::optional<divergence> replayed_cell::participant(const record_head& head,
                                                     const participant_record& what) {
  unread_.clear();
  auto make = [&](std::string_view kind) -> std::unique_ptr<service_base> {
    const auto* found = around_.kinds.find(kind);
    not_replayable_ = found && found->not_replayable;
    if (!found)
      unread_ = fmt::format("no kind of service is called {}", kind);
    if (!found || not_replayable_)
      return nullptr;
    auto made = found->make(what.config);
    if (!made)
      return nullptr; // it failed then, too: "started" tells
    kind_ = found;
    config_ = what.config;
    offered_.reset();
    (*made)->attach(context_);
    return std::move(*made);
  };
  auto load = [&](std::string_view state) {
    auto loaded = service_->load_state(state);
    if (!loaded)
      unread_ = "its state cannot be read: " + loaded.error().message;
    return static_cast<bool>(loaded);
  };
  if (head.doing == participants::state) {
    if (known()) {
      auto mine = service_->state_bytes();
      if (mine == what.state)
        return std::nullopt;
      auto recorded = kind_->state.decode(what.state);
      return differs(head, "its state is another",
                     recorded ? show_value(*kind_->state.ops, recorded->content()) : json(nullptr),
                     service_->state_json());
    }
    service_ = make(what.kind);
    if (service_ && !load(what.state))
      lose();
  } else if (head.doing == participants::built) {
    lose();
    service_ = make(what.kind);
  } else if (head.doing == participants::dropped || head.doing == participants::gone) {
    lose();
  } else if (!known()) {
    return std::nullopt; // nothing to change
  } else if (head.doing == participants::offered) {
    offered_ = what.config;
    if (!service_->offer_config(what.config))
      lose();
  } else if (head.doing == participants::taken_back) {
    service_->drop_offered_config();
    offered_.reset();
  } else if (head.doing == participants::exchanged) {
    exchange();
    exchanged_ = true;
  } else if (head.doing == participants::replaced) {
    former_kind_ = kind_;
    former_config_ = config_;
    former_offered_ = offered_;
    auto successor = make(what.kind);
    if (!successor || !successor->load_state(service_->state_bytes())) {
      lose();
      return std::nullopt;
    }
    former_ = std::exchange(service_, std::move(successor));
    exchanged_ = false;
  } else if (head.doing == participants::undone) {
    if (exchanged_) {
      exchange();
    } else {
      std::swap(service_, former_);
      std::swap(kind_, former_kind_);
      std::swap(config_, former_config_);
      std::swap(offered_, former_offered_);
    }
  }
  return std::nullopt;
}

void replayed_cell::exchange() {
  service_->exchange_config();
  if (offered_)
    std::swap(config_, *offered_);
}

// -- events
// ----------------------------------------------------------------------------------------

std::optional<divergence> replayed_cell::play(const record_head& head, const event_record& event,
                                              const any_message& message) {
  outside_.begin(head, event);
  context_.begin(head, message);
  std::optional<std::string> failed;
  try {
    perform(head, message);
  } catch (const std::exception& problem) {
    failed = problem.what();
  } catch (...) {
    failed = "an exception of unknown type";
  }
  auto left_over = outside_.left_over();
  context_.end(failed.has_value());
  outside_.end();
  if (auto found = outside_.take_difference())
    return found;
  if (failed != event.failed)
    return differs(head, "how it ended",
                   event.failed ? text("failed: " + *event.failed) : text("returned"),
                   failed ? text("failed: " + *failed) : text("returned"));
  if (left_over)
    return left_over;
  const auto& said = context_.said();
  if (event.said != said.said.size() + said.timed.size())
    return differs(head, "how many messages it says", json(event.said),
                   json(said.said.size() + said.timed.size()));
  return compare_effects(head, event);
}

void replayed_cell::perform(const record_head& head, const any_message& message) {
  if (message) {
    const auto* hearing = kind_->find(message.tag());
    if (!hearing) {
      outside_.note("whether it hears this", text("it does"), text("it does not"));
      return;
    }
    hearing->handle(*service_, message.content());
  } else if (head.doing == "mailbox_drained") {
    service_->mailbox_drained();
  } else if (head.doing == "init") {
    service_->init();
  } else if (head.doing == "code_change") {
    service_->code_change();
  } else if (head.doing == "config_changed") {
    service_->config_changed();
  } else if (head.doing == "prepare_reconfig") {
    service_->prepare_reconfig();
  } else if (head.doing == "abort_reconfig") {
    service_->abort_reconfig();
  } else if (head.doing == "flush") {
    service_->flush();
  } else if (head.doing == "shutdown_requested") {
    service_->shutdown_requested();
  } else if (head.doing == "terminate") {
    const auto& answers = outside_.event()->answers; // older journals do not have the reason
    bool known = !answers.empty() && answers.front().question == terminate_reason;
    service_->terminate(known ? std::string{outside_.recall(terminate_reason)} : std::string{});
  } else {
    outside_.note("what is done", text(head.doing), text("this program does not know it"));
  }
}

std::optional<divergence> replayed_cell::compare_effects(const record_head& head,
                                                         const event_record& event) const {
  std::size_t at = 0;
  std::optional<divergence> found;
  bytes scratch;
  each_effect(
      context_.said(), scratch,
      [&](std::string_view verb, std::string_view target, std::string_view content) {
        if (found)
          return;
        auto mine = shown(
            recorded_effect{std::string{verb}, std::string{target}, as_recorded(bytes{content})});
        if (at == event.effects.size()) {
          found =
              differs(head, "what it does to the outside", text("nothing more"), std::move(mine));
          return;
        }
        const auto& recorded = event.effects[at++];
        if (recorded.verb != verb || recorded.target != target || !recorded.content.is(content))
          found = differs(head, "what it does to the outside", shown(recorded), std::move(mine));
      });
  if (!found && at < event.effects.size())
    found = differs(head, "what it does to the outside", shown(event.effects[at]),
                    text("nothing more"));
  return found;
}

std::optional<divergence> replayed_cell::compare(const record_head& head,
                                                 const checksum_record& checksum) {
  auto mine = service_->state_bytes();
  if (mine.size() == checksum.size && fingerprint(mine) == checksum.mark)
    return std::nullopt;
  return differs(head, "its state is another", text_of_mark(checksum.size, checksum.mark),
                 service_->state_json());
}

} // namespace troupe::runtime
