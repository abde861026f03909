// The events of a plan.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "tools/peers/change_client.hpp"
#include "tools/sim/world.hpp"

namespace troupe::sim {

namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < line.size();) {
    auto end = std::min(line.find(' ', at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

} // namespace

void world::apply(const event& what) {
  if (!process_ || over())
    return;
  auto* worker = what.target.empty() ? nullptr : workers_.find(what.target);
  switch (what.what) {
  case event_kind::change:
    send_change(what.target);
    break;
  case event_kind::shell:
    type(with_names(what.text, what.amount));
    break;
  case event_kind::reconfigure:
    reconfigure(what.amount, what.text);
    break;
  case event_kind::cut:
    for (const auto& one : workers_.all())
      if (what.target.empty() || one.get() == worker)
        net_.cut(*one);
    break;
  case event_kind::cut_after:
    if (worker)
      net_.cut_after(*worker, std::abs(what.amount), what.amount > 0);
    break;
  case event_kind::silence:
    if (worker)
      net_.silence(*worker);
    break;
  case event_kind::leave:
    if (worker) {
      worker->connects_at = now() + std::chrono::seconds{what.amount};
      net_.cut(*worker);
    }
    break;
  case event_kind::fail:
    inject_failure(pick_path(what.target, what.amount));
    break;
  case event_kind::restart:
    command(pick_path(what.target, what.amount), runtime::restart_service{});
    break;
  case event_kind::swap:
    if (auto path = pick_path(what.target, what.amount); command(path, runtime::swap_service{}))
      seen_.note(is_build(path) ? situation::build_is_swapped : situation::service_is_swapped);
    break;
  case event_kind::stall:
    stall(pick_path(what.target, what.amount), what.amount);
    break;
  case event_kind::refuse_commits:
    disk_.refuse(what.target == "io" ? errc::io : errc::full);
    after(std::chrono::milliseconds{what.amount}, [this] { disk_.refuse(std::nullopt); });
    break;
  case event_kind::die:
    end_process();
    break;
  case event_kind::die_before_commit:
    disk_.die_before_next();
    break;
  case event_kind::die_after_commit:
    disk_.die_after_next();
    break;
  case event_kind::stop:
    if (ledger_.running_builds() > 0)
      seen_.note(situation::stopped_under_load);
    stopping_ = true;
    net_.signal(SIGTERM);
    break;
  case event_kind::set_clock:
    if (what.amount < 0)
      seen_.note(situation::clock_goes_back);
    clock_set_ += std::chrono::seconds{what.amount};
    process_->set_clock(std::chrono::seconds{what.amount});
    break;
  }
}

void world::connect(std::unique_ptr<peer> who, peers::port where) {
  std::erase_if(clients_, [&](const auto& one) { return !net_.is_connected(*one); });
  if (net_.connect(*who, where))
    clients_.push_back(std::move(who));
  else
    who->lost(now());
}

void world::send_change(const std::string& branch) {
  auto revision = fmt::format("r{}", ++revisions_);
  changes_[revision] = {branch, false};
  auto change = wire::jelly::dictionary();
  change.add("who", wire::jelly::text("ada"));
  change.add("comments", wire::jelly::text("a change"));
  change.add("files", wire::jelly::list({wire::jelly::text("file.c")}));
  change.add("branch", wire::jelly::text(branch));
  change.add("revision", wire::jelly::text(revision));
  auto report = [this, revision](const peers::change_client::reply& reply) {
    changes_[revision].acknowledged = reply.acknowledged;
    if (!reply.acknowledged)
      seen_.note(reply.message.empty() ? situation::change_goes_unanswered
                                       : situation::change_is_refused);
    else if (std::none_of(ledger_.changes().begin(), ledger_.changes().end(),
                          [&](const auto& x) { return x.second.revision == revision; }))
      violated({invariant::acknowledged_is_kept,
                fmt::format("change {} was answered and is not stored", revision)});
  };
  connect(std::make_unique<peers::change_client>(peers::account{"change", "changepw"},
                                                 std::move(change), std::move(report)),
          peers::port::pb);
}

void world::type(std::vector<std::string> command, peers::shell_client::listener report) {
  connect(std::make_unique<peers::shell_client>(std::move(command), std::move(report)),
          peers::port::shell);
}

std::vector<std::string> world::with_names(const std::string& line, std::int64_t amount) {
  auto one_of = [&](const auto& all) {
    return all[static_cast<std::size_t>(amount) % all.size()].name;
  };
  auto arguments = split(line);
  for (auto& word : arguments) {
    auto put = [&](std::string_view hole, const std::string& value) {
      if (auto at = word.find(hole); at != std::string::npos)
        word.replace(at, hole.size(), value);
    };
    put("{builder}", one_of(plan_.configured.builders));
    put("{worker}", one_of(plan_.configured.workers));
    if (word == "{request}") {
      auto open = ledger_.open_requests();
      auto which = static_cast<std::size_t>(amount);
      word = open.empty() ? "1" : std::to_string(open[which % open.size()]);
    }
  }
  return arguments;
}

void world::inject_failure(const std::string& path) {
  bool mail_waits = !path.empty() && process_->sys().address_of(path).at()->depth > 0;
  if (!command(path, runtime::crash_service{std::string{injected_failure}, {}}))
    return;
  failure_injected_ = true;
  seen_.note(is_build(path) ? situation::build_is_rebuilt : situation::service_is_rebuilt);
  if (mail_waits)
    seen_.note(situation::mail_waits_for_a_rebuild);
}

/// `more` is appended to the configuration.
void world::reconfigure(std::int64_t number, const std::string& more) {
  auto next = variant(plan_.configured, number);
  for (const auto& [id, build] : ledger_.builds())
    if (!build.complete_at) {
      seen_.note(situation::reconfigured_under_load);
      auto name = ledger_.builder_name(build.builder);
      if (std::none_of(next.builders.begin(), next.builders.end(),
                       [&](const auto& x) { return x.name == name; }))
        seen_.note(situation::builder_retires);
    }
  setting_number_ = number;
  refused_ = !more.empty();
  ledger_.run_with(next);
  configure(more);
  type({"reconfig"}, [this](const peers::shell_client::reply& reply) {
    if (!reply.ok && !reply.message.empty())
      seen_.note(reply.message.find("rolled") != std::string::npos
                     ? situation::reconfiguration_is_rolled_back
                     : situation::reconfiguration_is_refused);
  });
}

std::string world::pick_path(const std::string& pattern, std::int64_t amount) {
  return path_for(pattern, [&](const std::string& path) {
    auto below = process_->sys().paths().walk(path, {}, 1000, 1).ports;
    std::erase_if(below, [&](const auto& one) { return one->path() == path; });
    return below.empty() ? std::string{}
                         : below[static_cast<std::size_t>(amount) % below.size()]->path();
  });
}

bool world::command(const std::string& path, runtime::any_message what) {
  return !path.empty() && process_ && controls_.command(path, std::move(what));
}

// Stalling /db is a slow disk: the other services go on.
void world::stall(const std::string& path, std::int64_t ms) {
  if (path == "/config" || !command(path, runtime::suspend_service{}))
    return;
  stalled_.insert(path);
  after(std::chrono::milliseconds{ms}, [this, path] {
    if (stalled_.erase(path) > 0)
      command(path, runtime::resume_service{});
  });
}

// No more faults: commits succeed, workers are honest, and what was paused or suspended goes on.
void world::quiesce() {
  disk_.heal();
  net_.end_silences();
  workers_.quiesce(now());
  if (!process_)
    return;
  for (const auto& path : std::exchange(stalled_, {}))
    command(path, runtime::resume_service{});
  for (const auto& one : plan_.configured.workers)
    type({"worker", one.name, "unpause"});
  if (setting_number_ != 0 || refused_)
    after(std::chrono::seconds{90}, [this] {
      if (process_)
        reconfigure(0);
    });
}

} // namespace troupe::sim
