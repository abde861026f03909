#include "tools/players/replay_clients.hpp"

#include <algorithm>

#include "tools/sim/at_rest.hpp"

namespace troupe::players {

namespace {

constexpr std::size_t refusals_kept = 20;
/// How long a client waits for an answer while all is to end.
constexpr span client_patience = std::chrono::minutes{5};

} // namespace

replay_clients::replay_clients(const recording& of, const timeline_options& how, credentials who,
                               peers::transport& at, master_probe& master)
  : of_{of}, credentials_{std::move(who)}, transport_{at}, master_{master},
    responses_{of}, timeline_{make_timeline(of, how)} {
  for (std::int64_t copy = 1; copy <= how.copies; ++copy)
    for (const auto& [name, one] : of.workers) {
      auto copied = copied_name(name, copy);
      auto known = credentials_.workers.find(copied);
      if (known == credentials_.workers.end()) {
        count_.left_out_workers.insert(copied);
        continue;
      }
      workers_.push_back(std::make_unique<replayed_worker>(
          one, peers::account{copied, known->second}, how.speed, responses_, count_.workers));
      workers_.back()->recorded = name;
      workers_.back()->copy = copy;
    }
}

replay_clients::~replay_clients() {
  for (auto& one : workers_)
    transport_.cut(one->peer);
  for (auto& one : clients_)
    transport_.cut(*one.peer);
}

replay_clients::replayed_worker* replay_clients::find(const std::string& recorded,
                                                      std::int64_t copy) {
  for (auto& one : workers_)
    if (one->copy == copy && one->recorded == recorded)
      return one.get();
  return nullptr;
}

const peers::account* replay_clients::account_of(const std::string& source) const {
  auto found = credentials_.sources.find(source);
  if (found == credentials_.sources.end() && credentials_.any_source)
    found = credentials_.sources.begin();
  return found == credentials_.sources.end() ? nullptr : &found->second;
}

void replay_clients::note_refusal(const std::string& message) {
  if (count_.refusals.size() < refusals_kept)
    count_.refusals.insert(message);
}

// -- time -----------------------------------------------------------------------------------------

void replay_clients::act(span now) {
  now_ = now;
  while (next_event_ < timeline_.size() && timeline_[next_event_].at <= now)
    play(timeline_[next_event_++], now);
  connect_due(now);
  std::erase_if(clients_, [&](const auto& one) { return !transport_.is_connected(*one.peer); });
}

std::optional<span> replay_clients::next_due() const {
  std::optional<span> next;
  if (next_event_ < timeline_.size())
    next = timeline_[next_event_].at;
  for (const auto& one : workers_)
    if (one->present && !transport_.is_connected(one->peer))
      next = std::min(next.value_or(one->connects_at), one->connects_at);
  return next;
}

void replay_clients::connect_due(span now) {
  for (auto& one : workers_) {
    if (one->peer.was_shut_down())
      one->present = false;
    if (transport_.is_connected(one->peer)) {
      if (one->peer.is_attached())
        one->tries = 0;
      one->connects_at = now; // if it is cut, it reconnects at once
    } else if (one->present && one->connects_at <= now) {
      one->connects_at = now + peers::wait_before_try(one->tries++);
      transport_.connect(one->peer, peers::port::pb);
    }
  }
}

void replay_clients::play(const scheduled_event& what, span now) {
  auto* worker = what.worker.empty() ? nullptr : find(what.worker, what.copy);
  switch (what.what) {
  case event_kind::attach:
    if (worker) {
      worker->present = true;
      worker->connects_at = now;
    }
    break;
  case event_kind::leave:
    if (worker) {
      worker->present = false;
      transport_.cut(worker->peer);
    }
    break;
  case event_kind::change:
    send_change(of_.changes[what.index], what.copy);
    break;
  case event_kind::line:
    send_line(of_.lines[what.index], what.copy);
    break;
  case event_kind::reconfigure:
    count_.reconfigurations++;
    master_.reconfigure(what.index);
    break;
  }
}

void replay_clients::quiesce(span now) {
  for (auto& one : clients_)
    if (now - one.since > client_patience)
      transport_.cut(*one.peer);
  for (auto& one : workers_)
    if (!std::exchange(one->present, true))
      one->connects_at = now;
  for (const auto& name : std::exchange(paused_, {}))
    type({"worker", name, "unpause"}, {});
  for (const auto& path : std::exchange(suspended_, {}))
    type({"resume", path}, {});
}

bool replay_clients::is_quiet() const {
  return all_played() && absent_workers().empty() && busy_workers() == 0
         && std::none_of(clients_.begin(), clients_.end(),
                         [&](const auto& one) { return transport_.is_connected(*one.peer); });
}

std::int64_t replay_clients::busy_workers() const {
  return std::count_if(workers_.begin(), workers_.end(),
                       [](const auto& one) { return one->peer.is_busy(); });
}

std::vector<std::string> replay_clients::absent_workers() const {
  std::vector<std::string> names;
  for (const auto& one : workers_)
    if (!one->peer.is_attached() && master_.expects(one->peer.name()))
      names.push_back(one->peer.name());
  return names;
}

// -- changes --------------------------------------------------------------------------------------

// A client that nothing listens to has lost its connection.
void replay_clients::enter(std::unique_ptr<peers::peer> who, peers::port where) {
  if (transport_.connect(*who, where))
    clients_.push_back({std::move(who), now_});
  else
    who->lost(now_);
}

void replay_clients::send_change(const recorded_change& what, std::int64_t copy) {
  const auto* account = account_of(what.source);
  count_.changes++;
  if (!account) {
    count_.changes_refused++;
    count_.refusals.insert("no change source is called " + what.source);
    return;
  }
  auto change = copied_change(what.what, copy);
  auto report = [this, change](const peers::change_client::reply& reply) {
    if (reply.acknowledged) {
      count_.changes_acknowledged++;
      master_.acknowledged(change);
    } else if (reply.message.empty()) {
      count_.changes_unanswered++;
    } else {
      count_.changes_refused++;
      note_refusal("a change: " + reply.message);
    }
  };
  enter(std::make_unique<peers::change_client>(*account, change, std::move(report)),
        peers::port::pb);
}

// -- the shell ------------------------------------------------------------------------------------

void replay_clients::type(std::vector<std::string> command, peers::shell_client::listener report) {
  enter(std::make_unique<peers::shell_client>(std::move(command), std::move(report)),
        peers::port::shell);
}

/// The copy's command: its builds and requests have other numbers than the recorded ones.
std::optional<std::vector<std::string>> replay_clients::command_for(const recorded_line& what,
                                                                    std::int64_t copy) {
  auto command = what.arguments;
  if (command.size() < 2)
    return command;
  if (command[0] == "worker") {
    command[1] = copied_name(command[1], copy);
  } else if (command[0] == "stop") {
    auto build = master_.running_build(command[1].substr(0, command[1].rfind('/')));
    if (!build)
      return std::nullopt;
    command[1] = *build;
  } else if (command[0] == "cancel") {
    auto request = master_.open_request();
    if (!request)
      return std::nullopt;
    command[1] = *request;
  } else if (command[0] == "crash") {
    command.resize(2);
    command.emplace_back(sim::injected_failure);
  }
  return command;
}

void replay_clients::send_line(const recorded_line& what, std::int64_t copy) {
  auto command = command_for(what, copy);
  if (!command) {
    count_.commands_without_object++;
    return;
  }
  bool fails = command->at(0) == "crash";
  if (fails && command->size() > 1 && !master_.may_fail(command->at(1))) {
    count_.commands_withheld++;
    return;
  }
  count_.commands++;
  count_.failures += fails;
  note_pauses(*command);
  type(*command, [this, name = command->at(0)](const peers::shell_client::reply& reply) {
    if (reply.ok) {
      count_.commands_done++;
    } else if (reply.message.empty()) {
      count_.commands_unanswered++;
    } else {
      count_.commands_refused++;
      note_refusal(name + ": " + reply.message);
    }
  });
}

void replay_clients::note_pauses(const std::vector<std::string>& command) {
  if (command.size() < 2)
    return;
  bool of_worker = command[0] == "worker" && command.size() > 2;
  if (command[0] == "suspend")
    suspended_.insert(command[1]);
  else if (command[0] == "resume")
    suspended_.erase(command[1]);
  else if (of_worker && command[2] == "pause")
    paused_.insert(command[1]);
  else if (of_worker && command[2] == "unpause")
    paused_.erase(command[1]);
}

} // namespace troupe::players
