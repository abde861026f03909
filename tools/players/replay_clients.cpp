#include "tools/players/replay_clients.hpp"

#include <algorithm>

#include "tools/sim/at_rest.hpp"

namespace troupe::players {

namespace {

constexpr std::size_t refusals_kept = 20;
/// Then a client gives up.
constexpr span client_patience = std::chrono::minutes{5};

} // namespace

replay_clients::replay_clients(const recording& of, const score_options& how, credentials who,
                               transport& at, master_probe& by)
  : of_{of}, how_{how}, cast_{std::move(who)}, at_{at}, by_{by}, pieces_{of}, score_{make_score(
                                                                                  of, how)} {
  for (std::int64_t copy = 1; copy <= how.copies; ++copy)
    for (const auto& [name, one] : of.workers) {
      auto called = copied_name(name, copy);
      auto known = cast_.workers.find(called);
      if (known == cast_.workers.end()) {
        count_.left_out_workers.insert(called);
        continue;
      }
      members_.push_back({name, copy,
                          std::make_unique<worker_player>(
                              worker_player::role{called, known->second, one.info, how.speed},
                              pieces_, count_.workers)});
    }
}

replay_clients::~replay_clients() {
  for (auto& one : members_)
    at_.cut(*one.who);
  for (auto& one : clients_)
    at_.cut(*one.who);
}

replay_clients::member* replay_clients::find(const std::string& recorded, std::int64_t copy) {
  for (auto& one : members_)
    if (one.copy == copy && one.recorded == recorded)
      return &one;
  return nullptr;
}

const login* replay_clients::source_login(const std::string& name) const {
  auto found = cast_.sources.find(name);
  if (found == cast_.sources.end() && cast_.all_sources)
    found = cast_.sources.begin();
  return found == cast_.sources.end() ? nullptr : &found->second;
}

// -- time -----------------------------------------------------------------------------------------

void replay_clients::act(span now) {
  now_ = now;
  while (next_cue_ < score_.size() && score_[next_cue_].at <= now)
    play(score_[next_cue_++], now);
  connect_due(now);
  std::erase_if(clients_, [&](const auto& one) { return !at_.is_connected(*one.who); });
}

std::optional<span> replay_clients::next_due() const {
  std::optional<span> next;
  if (next_cue_ < score_.size())
    next = score_[next_cue_].at;
  for (const auto& one : members_)
    if (one.present && !at_.is_connected(*one.who))
      next = std::min(next.value_or(one.comes_at), one.comes_at);
  return next;
}

void replay_clients::connect_due(span now) {
  for (auto& one : members_) {
    if (one.who->told_to_end())
      one.present = false;
    if (at_.is_connected(*one.who)) {
      if (one.who->attached())
        one.tries = 0;
      one.comes_at = now; // should it be cut off, it waits from then
      continue;
    }
    if (!one.present || one.comes_at > now)
      continue;
    auto wait = swarm::seconds_before_try(one.tries++);
    one.comes_at = now + std::chrono::seconds{wait};
    at_.connect(*one.who, sim::door::pb);
  }
}

void replay_clients::play(const scheduled_event& what, span now) {
  auto* worker = what.worker.empty() ? nullptr : find(what.worker, what.copy);
  switch (what.what) {
  case event_kind::attach:
    if (worker) {
      worker->present = true;
      worker->comes_at = now;
    }
    break;
  case event_kind::leave:
    if (worker) {
      worker->present = false;
      at_.cut(*worker->who);
    }
    break;
  case event_kind::change:
    bring_change(of_.changes[what.index], what.copy);
    break;
  case event_kind::line:
    say_line(of_.lines[what.index], what.copy);
    break;
  case event_kind::reconfigure:
    count_.reconfigurations++;
    by_.reconfigure(what.index);
    break;
  }
}

void replay_clients::let_all_end(span now) {
  for (auto& one : clients_)
    if (now - one.since > client_patience)
      at_.cut(*one.who);
  for (auto& one : members_)
    if (!std::exchange(one.present, true))
      one.comes_at = now;
  for (const auto& name : std::exchange(paused_, {}))
    type({"worker", name, "unpause"}, {});
  for (const auto& path : std::exchange(suspended_, {}))
    type({"resume", path}, {});
}

bool replay_clients::is_quiet() const {
  return all_played() && absent_workers().empty() && busy_workers() == 0
         && std::none_of(clients_.begin(), clients_.end(),
                         [&](const auto& one) { return at_.is_connected(*one.who); });
}

std::int64_t replay_clients::busy_workers() const {
  return std::count_if(members_.begin(), members_.end(),
                       [](const auto& one) { return one.who->is_busy(); });
}

std::vector<std::string> replay_clients::absent_workers() const {
  std::vector<std::string> names;
  for (const auto& one : members_)
    if (!one.who->attached() && by_.expects(one.who->name()))
      names.push_back(one.who->name());
  return names;
}

// -- changes --------------------------------------------------------------------------------------

// One that nobody listens to is lost, and hears so.
void replay_clients::enter(std::unique_ptr<sim::peer> who, sim::door where) {
  if (at_.connect(*who, where))
    clients_.push_back({std::move(who), now_});
  else
    who->lost(now_);
}

void replay_clients::bring_change(const recorded_change& what, std::int64_t copy) {
  const auto* as = source_login(what.source);
  count_.changes++;
  if (!as) {
    count_.changes_refused++;
    count_.refusals.insert("no change source is called " + what.source);
    return;
  }
  auto said = copied_change(what.what, copy);
  auto report = [this, said](const change_player::told& how) {
    if (how.acknowledged) {
      count_.changes_acknowledged++;
      by_.acknowledged(said);
    } else if (how.message.empty()) {
      count_.changes_unanswered++;
    } else {
      count_.changes_refused++;
      if (count_.refusals.size() < refusals_kept)
        count_.refusals.insert("a change: " + how.message);
    }
  };
  enter(std::make_unique<change_player>(as->user, as->password, said, std::move(report)),
        sim::door::pb);
}

// -- the shell ------------------------------------------------------------------------------------

void replay_clients::type(std::vector<std::string> arguments, sim::shell_client::listener report) {
  if (!report)
    report = [](const sim::shell_client::told&) {};
  enter(std::make_unique<sim::shell_client>(std::move(arguments), std::move(report)),
        sim::door::shell);
}

/// What the copy says: numbers of builds and requests are others than in the record.
std::optional<std::vector<std::string>> replay_clients::words_for(const recorded_line& what,
                                                                  std::int64_t copy) {
  auto arguments = what.arguments;
  if (arguments.size() < 2)
    return arguments;
  if (arguments[0] == "worker") {
    arguments[1] = copied_name(arguments[1], copy);
  } else if (arguments[0] == "stop") {
    auto build = by_.running_build(arguments[1].substr(0, arguments[1].rfind('/')));
    if (!build)
      return std::nullopt;
    arguments[1] = *build;
  } else if (arguments[0] == "cancel") {
    auto request = by_.open_request();
    if (!request)
      return std::nullopt;
    arguments[1] = *request;
  } else if (arguments[0] == "crash") {
    arguments.resize(2);
    arguments.emplace_back(sim::planned_failure);
  }
  return arguments;
}

void replay_clients::say_line(const recorded_line& what, std::int64_t copy) {
  auto arguments = words_for(what, copy);
  if (!arguments) {
    count_.commands_without_object++;
    return;
  }
  if (arguments->size() > 1 && arguments->at(0) == "crash" && !by_.may_fail(arguments->at(1))) {
    count_.commands_withheld++;
    return;
  }
  count_.commands++;
  count_.failures += arguments->at(0) == "crash";
  note_steering(*arguments);
  type(*arguments, [this, said = arguments->at(0)](const sim::shell_client::told& how) {
    if (how.ok) {
      count_.commands_done++;
    } else if (how.message.empty()) {
      count_.commands_unanswered++;
    } else {
      count_.commands_refused++;
      if (count_.refusals.size() < refusals_kept)
        count_.refusals.insert(said + ": " + how.message);
    }
  });
}

void replay_clients::note_steering(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2)
    return;
  if (arguments[0] == "suspend")
    suspended_.insert(arguments[1]);
  else if (arguments[0] == "resume")
    suspended_.erase(arguments[1]);
  else if (arguments[0] == "worker" && arguments.size() > 2 && arguments[2] == "pause")
    paused_.insert(arguments[1]);
  else if (arguments[0] == "worker" && arguments.size() > 2 && arguments[2] == "unpause")
    paused_.erase(arguments[1]);
}

} // namespace troupe::players
