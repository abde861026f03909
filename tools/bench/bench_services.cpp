#include "tools/bench/bench_services.hpp"

#include <algorithm>
#include <cstdio>

namespace troupe::bench {

using namespace runtime;

namespace {

constexpr auto patience = std::chrono::seconds{60};

} // namespace

void peer::on(const numbered& what) {
  auto& last = state().last[what.sender];
  state().out_of_order += what.number != last + 1;
  last = what.number;
  state().heard++;
  send(what.back, taken{what.number});
}

void peer::on(const taken&) {
  say(sender());
}

void peer::on(const keep_saying& order) {
  for (std::int64_t i = 0; i < order.ahead; ++i)
    for (const auto& to : order.to)
      say(to);
}

void peer::say(const address& to) {
  numbered what;
  what.sender = static_cast<std::int64_t>(fnv1a(me().path()) >> 1);
  what.number = ++state().said[std::string{to.path()}];
  what.back = me();
  send(to, std::move(what));
}

const service_kind& peer_kind() {
  static const auto kind = make_kind<peer>("peer", "says numbered messages and checks them");
  return kind;
}
const service_kind& peer::static_kind() {
  return peer_kind();
}

child_spec peer_child(std::string name, std::int64_t generation) {
  return child_of(std::move(name), "peer", peer_config{generation});
}

child_spec branch_child(std::string name, std::vector<child_spec> children) {
  auto branch = child_of(std::move(name), "branch", branch_config{});
  branch.children = std::move(children);
  branch.children_policy.restarts_max = 1 << 30;
  branch.children_policy.pause_min = branch.children_policy.pause_max = span{0};
  return branch;
}

void mouthpiece::deliver(envelope what) {
  std::lock_guard guard{lock_};
  if (auto* answer = what.what.as<cell_answer>())
    answers_.push_back(*answer);
  else if (what.what.as<taken>())
    ++taken_;
  changed_.notify_all();
}

template <class Ready>
void mouthpiece::await(std::unique_lock<std::mutex>& guard, Ready ready) {
  if (!changed_.wait_for(guard, patience, ready))
    throw failed{failure{errc::timeout, "no answer"}};
}

cell_answer mouthpiece::wait() {
  std::unique_lock guard{lock_};
  await(guard, [this] { return !answers_.empty(); });
  auto first = std::move(answers_.front());
  answers_.erase(answers_.begin());
  return first;
}

void mouthpiece::wait_taken() {
  std::unique_lock guard{lock_};
  await(guard, [this] { return taken_ > 0; });
  --taken_;
}

scene::scene(child_spec root)
  : kinds_{[] {
      kind_registry kinds;
      for (const auto* kind : {&peer_kind(), &branch::static_kind()})
        kinds.add(*kind);
      return kinds;
    }()},
    log_{[](std::string_view) {}, logger::form::text, level::error}, sys_{kinds_, log_, {}},
    me_{sys_.address_of("/bench")}, ear_{std::make_shared<mouthpiece>()} {
  me_.at()->bind(ear_);
  auto set = [this](bool& what) {
    std::lock_guard guard{lock_};
    what = true;
    changed_.notify_all();
  };
  sys_.when_up([this, set] { set(up_); });
  sys_.start(std::move(root), [this, set](std::string) { set(ended_); });
  std::unique_lock guard{lock_};
  changed_.wait(guard, [this] { return up_ || ended_; });
}

scene::~scene() {
  sys_.stop();
  std::unique_lock guard{lock_};
  changed_.wait_for(guard, patience, [this] { return ended_; });
}

void scene::command(std::string_view path, any_message what) {
  deliver_control(address_of(path), std::move(what), me_);
}

cell_answer scene::ask(std::string_view path, any_message what) {
  command(path, std::move(what));
  return ear_->wait();
}

bool send(std::string_view bench, double value, std::string_view unit, std::size_t runs,
          std::string_view bound, bool good, boost::json::object more) {
  boost::json::object line{{"bench", bench}, {"value", value}, {"unit", unit},
                           {"runs", runs},   {"bound", bound}, {"ok", good}};
  for (auto& [key, part] : more)
    line[key] = part;
  std::puts(print(line).c_str());
  std::fflush(stdout);
  return good;
}

double at_part(std::vector<double> figures, double part) {
  std::sort(figures.begin(), figures.end());
  auto place = static_cast<std::size_t>(part * static_cast<double>(figures.size()));
  return figures.empty() ? 0 : figures[std::min(place, figures.size() - 1)];
}

double seconds_since(std::chrono::steady_clock::time_point began) {
  return in_seconds(std::chrono::steady_clock::now() - began);
}

} // namespace troupe::bench
