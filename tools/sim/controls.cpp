#include "tools/sim/controls.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::sim {

namespace {

constexpr std::string_view own_path = "//sim";

} // namespace

class controls::answer_sink final : public runtime::sink {
public:
  void deliver(runtime::envelope what) override {
    if (auto* answer = what.what.as<runtime::cell_answer>())
      answers[answer->token] = *answer;
  }
  std::map<std::string, runtime::cell_answer> answers; ///< By token.
};

controls::controls() : answers_{std::make_shared<answer_sink>()} {}

void controls::attach(runtime::system& sys) {
  sys_ = &sys;
  sys.address_of(own_path).at()->bind(answers_);
}

bool controls::command(const std::string& path, runtime::any_message what) {
  return runtime::deliver_control(sys_->address_of(path), std::move(what),
                                  sys_->address_of(own_path));
}

json controls::query_state(const std::string& path, const std::function<void()>& run) {
  auto token = fmt::format("state {}", ++questions_);
  if (!command(path, runtime::show_cell{"state", token}))
    return nullptr;
  run();
  auto found = answers_->answers.extract(token);
  return found.empty() ? json{} : found.mapped().content;
}

std::string path_for(const std::string& pattern,
                     const std::function<std::string(const std::string& path)>& pick) {
  std::string path;
  for (std::size_t at = 0; at < pattern.size();) {
    auto end = std::min(pattern.find('/', at + 1), pattern.size());
    auto segment = pattern.substr(at, end - at);
    at = end;
    if (segment != "/*") {
      path += segment;
      continue;
    }
    path = pick(path);
    if (path.empty())
      return {};
  }
  return path;
}

} // namespace troupe::sim
