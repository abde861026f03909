#include "tools/players/live.hpp"

#include <fmt/format.h>

namespace troupe::players {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// How often the shell is polled, and how long an answer may take.
constexpr span poll_interval = milliseconds{500};
constexpr span answer_patience = seconds{30};
/// The replay stalls: all is played, and the rest of the work waits for others.
constexpr span stall_patience = minutes{1};
constexpr std::int64_t answers_per_poll = 4;
/// So many polls in a row must find the master quiet: a scheduler may be about to make a buildset.
constexpr std::int64_t quiet_polls_min = 3;

const json* part(const json& of, std::string_view key) {
  return of.is_object() ? of.as_object().if_contains(key) : nullptr;
}

std::int64_t number(const json& of, std::string_view key) {
  const auto* found = part(of, key);
  return found && found->is_int64()    ? found->as_int64()
         : found && found->is_uint64() ? static_cast<std::int64_t>(found->as_uint64())
                                       : 0;
}

std::string text(const json& of, std::string_view key) {
  const auto* found = part(of, key);
  return found && found->is_string() ? std::string{found->as_string()} : std::string{};
}

std::vector<json> rows(const json& of) {
  const auto* inside = part(of, "services"); // of `tree`
  const auto& all = inside ? *inside : of;
  return all.is_array() ? std::vector<json>(all.as_array().begin(), all.as_array().end())
                        : std::vector<json>{};
}

} // namespace

live::live(const recording& of, live_options how)
  : of_{of}, how_{std::move(how)}, at_{how_.at}, chance_{how_.timeline.seed ^ 0x5eedULL},
    faults_{how_.rates, how_.timeline.seed, false, [this](const std::string& path) {
              std::vector<std::string> below;
              for (const auto& [one, taken] : taken_)
                if (one.rfind('/') == path.size() && one.starts_with(path))
                  below.push_back(one);
              return below;
            }} {}

live_report live::run() {
  auto began = at_.now();
  if (!await_first_poll())
    return std::move(report_);
  open_before_ = open_;
  // The times of the recording begin here.
  auto offset = at_.now();
  clients_ = std::make_unique<replay_clients>(of_, how_.timeline, how_.who, at_, *this);
  bool ending = false;
  progressed_at_ = at_.now();
  while (!is_quiet() && !is_stalled() && !how_.interrupted()) {
    clients_->act(at_.now() - offset);
    if (clients_->all_played() && !std::exchange(ending, clients_->all_played()))
      clients_->quiesce(at_.now() - offset);
    poll();
    if (!ending)
      do_faults();
    auto next = clients_->next_due();
    auto wait = std::min(poll_interval, next ? *next - (at_.now() - offset) : poll_interval);
    at_.run(std::max(wait, span{milliseconds{1}}));
    std::erase_if(requesters_, [&](const auto& one) { return !at_.is_connected(*one); });
    if (how_.progress)
      how_.progress(clients_->events_played(), clients_->events());
  }
  conclude();
  report_.took = at_.now() - began;
  return std::move(report_);
}

bool live::await_first_poll() {
  auto began = at_.now();
  while (polls_ == 0) {
    poll();
    at_.run(milliseconds{20});
    std::erase_if(requesters_, [&](const auto& one) { return !at_.is_connected(*one); });
    if (at_.now() - began > answer_patience || how_.interrupted()) {
      report_.problems.push_back("the master's shell does not answer"
                                 + (at_.trouble().empty() ? std::string{} : ": " + at_.trouble())
                                 + "; see whether it runs (troupe shell DIR status)");
      return false;
    }
  }
  return true;
}

void live::conclude() {
  if (how_.interrupted())
    report_.problems.push_back("interrupted: not everything was played");
  else if (!is_quiet())
    report_.problems.push_back(fmt::format(
        "the master does not become quiet: {} builds run, {} requests are open{}; troupe shell DIR "
        "requests tells why",
        builds_running_, open_.size(),
        clients_->absent_workers().empty()
            ? ""
            : fmt::format(", not attached: {}", fmt::join(clients_->absent_workers(), ", "))));
  report_.played = clients_->count();
  if (report_.changes < report_.played.changes_acknowledged)
    report_.problems.push_back(
        fmt::format("{} changes were acknowledged, but only {} are new in the store",
                    report_.played.changes_acknowledged, report_.changes));
  report_.kills = faults_.kills();
  report_.swaps = faults_.swaps();
  report_.bytes = at_.bytes_in() + at_.bytes_out();
  clients_.reset();
}

// -- what the shell tells -------------------------------------------------------------------------

void live::ask(std::vector<std::string> arguments, answer on_answer) {
  auto requester = std::make_unique<peers::shell_client>(
      std::move(arguments),
      [on_answer = std::move(on_answer)](const peers::shell_client::reply& reply) {
        if (on_answer)
          on_answer(reply.ok ? reply.content : json(nullptr));
      });
  if (at_.connect(*requester, peers::port::shell))
    requesters_.push_back(std::move(requester));
}

void live::poll() {
  if (at_.now() < polls_at_)
    return;
  answers_ = 0; // late answers to the poll before do not count
  polls_at_ = at_.now() + answer_patience;
  auto when = [this, poll = ++polls_begun_](void (live::*how)(const json&)) {
    return [this, how, poll](const json& content) {
      if (poll != polls_begun_)
        return;
      (this->*how)(content);
      if (++answers_ < answers_per_poll)
        return;
      answers_ = 0;
      polls_++;
      polls_at_ = at_.now() + poll_interval;
      bool quiet =
          clients_ && clients_->is_quiet() && builds_running_ == 0
          && std::includes(open_before_.begin(), open_before_.end(), open_.begin(), open_.end());
      quiet_polls_ = quiet ? quiet_polls_ + 1 : 0;
    };
  };
  ask({"status"}, when(&live::on_status));
  ask({"requests"}, when(&live::on_requests));
  ask({"builds", "200"}, when(&live::on_builds));
  ask({"tree", "/", "--limit", "1000"}, when(&live::on_tree));
}

void live::on_status(const json& content) {
  if (!content.is_object())
    return;
  builds_running_ = number(content, "builds_running");
  auto builds = number(content, "builds"), changes = number(content, "changes");
  report_.builds = builds - builds_before_.value_or(builds);
  report_.changes = changes - changes_before_.value_or(changes);
  builds_before_ = builds_before_.value_or(builds);
  changes_before_ = changes_before_.value_or(changes);
  auto figures =
      fmt::format("{} {} {} {} {}", builds_running_, builds, changes,
                  number(content, "requests_waiting"), number(content, "workers_attached"));
  if (std::exchange(last_figures_, figures) != figures)
    progressed_at_ = at_.now();
}

void live::on_requests(const json& content) {
  if (!content.is_array())
    return;
  open_.clear();
  for (const auto& row : rows(content))
    open_.insert(number(row, "id"));
}

void live::on_builds(const json& content) {
  running_.clear();
  for (const auto& row : rows(content))
    if (text(row, "results") == "running" && how_.who.workers.contains(text(row, "worker")))
      running_[text(row, "builder")].push_back(
          fmt::format("{}/{}", text(row, "builder"), number(row, "number")));
}

void live::on_tree(const json& content) {
  if (content.is_null())
    return;
  std::map<std::string, std::int64_t> taken;
  for (const auto& row : rows(content)) {
    auto path = text(row, "path");
    auto count = number(row, "taken");
    auto before = taken_.find(path);
    auto more = before == taken_.end() || before->second > count ? count : count - before->second;
    if (!taken_.empty())
      report_.messages += more;
    taken[path] = count;
  }
  taken_ = std::move(taken);
  faults_.messages(report_.messages);
}

void live::do_faults() {
  if (auto path = faults_.next_kill(at_.now()))
    ask({"crash", *path, "simulated failure"}, {});
  if (auto path = faults_.next_swap())
    ask({"swap", *path}, {});
}

bool live::is_quiet() const {
  return quiet_polls_ >= quiet_polls_min;
}

bool live::is_stalled() const {
  return clients_->all_played() && clients_->busy_workers() == 0
         && at_.now() - progressed_at_ > stall_patience;
}

std::optional<std::string> live::running_build(const std::string& builder) {
  auto found = running_.find(builder);
  return found == running_.end() || found->second.empty()
             ? std::nullopt
             : std::optional{chance_.one_of(found->second)};
}

// Requests of other clients are not cancelled.
std::optional<std::string> live::open_request() {
  std::vector<std::string> ours;
  for (auto id : open_)
    if (!open_before_.contains(id))
      ours.push_back(std::to_string(id));
  return ours.empty() ? std::nullopt : std::optional{chance_.one_of(ours)};
}

} // namespace troupe::players
