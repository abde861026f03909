#include "tests/support/stage.hpp"

#include "runtime/cell/stepper.hpp"

namespace troupe::testing {

using namespace runtime;

stage::stage() {
  log_ = std::make_unique<logger>([this](std::string_view line) { log_lines.emplace_back(line); },
                                  logger::form::text, level::debug);
}

stage::~stage() {
  if (!system_)
    return;
  if (!ended_) {
    system_->stop();
    run();
    advance(std::chrono::minutes{5}); // patience with services that do not stop
  }
}

void stage::prepare() {
  system_options options;
  options.deterministic = true;
  options.seed = 7;
  options.virtual_start = instant{std::chrono::seconds{1'700'000'000}};
  system_ = std::make_unique<runtime::system>(kinds, *log_, options);
  system_->use(store_);
}

void stage::start(child_spec root) {
  if (!system_)
    prepare();
  system_->start(std::move(root), [this](std::string reason) { ended_ = std::move(reason); });
  run();
}

void stage::run() {
  stepper{*system_}.run();
}

bool stage::run_turns(std::size_t turns) {
  stepper steps{*system_};
  while (turns > 0 && steps.step())
    --turns;
  return turns == 0;
}

void stage::advance(span time) {
  stepper steps{*system_};
  auto end = steps.elapsed() + time;
  steps.run();
  // From one due time to the next, so that what is due first happens first.
  for (auto due = steps.next_due(); due && *due <= end; due = steps.next_due()) {
    steps.pass(*due - steps.elapsed());
    steps.run();
  }
  steps.pass(end - steps.elapsed());
  steps.run();
}

void stage::send(std::string_view path, any_message what) {
  system_->send(address_of(path), std::move(what), address_of("/test"));
}

cell_answer stage::control(std::string_view path, any_message command) {
  auto ear = listen("/test/control");
  if (!deliver_control(address_of(path), std::move(command), address_of("/test/control")))
    return nobody_there({}, std::string{path});
  run();
  auto heard = ear->heard<cell_answer>();
  REQUIRE(heard.size() == 1);
  return heard.front();
}

std::shared_ptr<listener> stage::listen(std::string_view path) {
  auto ear = std::make_shared<listener>();
  address_of(path).at()->bind(ear);
  return ear;
}

bool stage::logged(std::string_view part) const {
  for (const auto& line : log_lines)
    if (line.find(part) != std::string::npos)
      return true;
  return false;
}

} // namespace troupe::testing
