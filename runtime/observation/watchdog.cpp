#include "runtime/observation/watchdog.hpp"

#include <algorithm>

namespace troupe::runtime {

namespace {

constexpr auto look_interval = std::chrono::milliseconds{200};

std::int64_t nanoseconds(watchdog::time at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

} // namespace

std::uint64_t watchdog::next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

watchdog::~watchdog() {
  {
    std::lock_guard guard{lock_};
    ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void watchdog::begin() {
  thread_ = std::thread{[this] {
    std::unique_lock guard{lock_};
    while (!wake_.wait_for(guard, look_interval, [this] { return ending_; })) {
      guard.unlock();
      look(std::chrono::steady_clock::now());
      guard.lock();
    }
  }};
}

// A thread may serve several systems in turn: the post it used last is remembered.
watchdog::post& watchdog::own_post() {
  thread_local std::pair<std::uint64_t, post*> mine{0, nullptr};
  if (mine.first != id_) {
    std::lock_guard guard{lock_};
    mine = {id_, posts_.emplace_back(std::make_unique<post>()).get()};
  }
  return *mine.second;
}

watchdog::run::run(watchdog& dog, const address& at, std::string_view handling, time began)
  : post_{dog.own_post()}, outermost_{post_.since.load(std::memory_order_relaxed) == 0} {
  if (!outermost_)
    return;
  post_.at = &at;
  post_.handling = handling;
  post_.since.store(nanoseconds(began), std::memory_order_release);
}

watchdog::run::~run() {
  if (!outermost_)
    return;
  post_.since.store(0); // before the look: who sees it no more does not read
  while (post_.looked_at.load())
    std::this_thread::yield();
}

void watchdog::look(time now) {
  std::vector<std::pair<stuck_handler, bool>> news;
  {
    std::lock_guard guard{lock_};
    auto present = nanoseconds(now);
    auto patience = std::chrono::nanoseconds{patience_}.count();
    std::erase_if(found_, [&](const finding& one) {
      bool over = one.where->since.load() != one.since;
      if (over)
        news.emplace_back(one.what, true);
      return over;
    });
    for (const auto& one : posts_) {
      auto since = one->since.load(std::memory_order_acquire);
      if (since == 0 || present - since < patience)
        continue;
      one->looked_at.store(true);
      if (one->since.load() == since) {
        auto known = std::find_if(found_.begin(), found_.end(),
                                  [&](const finding& x) { return x.where == one.get(); });
        stuck_handler what{std::string{one->at->path()}, std::string{one->handling},
                           span{(present - since) / 1000}};
        if (known == found_.end()) {
          found_.push_back({what, one.get(), since});
          news.emplace_back(what, false);
        } else {
          known->what = what;
        }
      }
      one->looked_at.store(false);
    }
  }
  for (const auto& [what, returned] : news)
    tell_(what, returned);
}

std::vector<stuck_handler> watchdog::stuck() const {
  std::lock_guard guard{lock_};
  std::vector<stuck_handler> all;
  for (const auto& one : found_)
    all.push_back(one.what);
  return all;
}

} // namespace troupe::runtime
