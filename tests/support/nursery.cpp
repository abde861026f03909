#include "tests/support/nursery.hpp"

#include <algorithm>

namespace troupe::testing {

using runtime::child_order;

void nursery::run(const std::vector<runtime::child_spec>& specs) {
  start_all(specs);
  flush();
  orders();
}

void nursery::order_child(const std::string& name, child_order what) {
  constexpr const char* message[] = {"start ", "restart ", "reset ", "stop ", "kill "};
  say(message[static_cast<int>(what)] + name);
  asked_.emplace_back(what, name);
}

void nursery::flush() {
  while (!asked_.empty()) {
    auto [what, name] = std::move(asked_.front());
    asked_.pop_front();
    if (what == child_order::start || what == child_order::restart)
      ready(name);
    else if (what == child_order::reset)
      reset(name);
    else
      ended(name, what == child_order::kill ? "killed" : "");
  }
}

void nursery::advance(span by) {
  auto until = now_ + by;
  for (;;) {
    auto next = std::min_element(wakes_.begin(), wakes_.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; });
    if (next == wakes_.end() || next->second > until)
      break;
    now_ = std::max(now_, next->second);
    auto key = next->first;
    wakes_.erase(next);
    supervisor_.woken(key);
  }
  now_ = until;
}

span nursery::until_next() const {
  span least = span::max();
  for (const auto& [key, due] : wakes_)
    least = std::min(least, due - now_);
  return least;
}

} // namespace troupe::testing
