#include "tests/support/worker_session.hpp"

#include "actors/workers/messages.hpp"
#include "runtime/path.hpp"

namespace troupe::testing {

using wire::jelly;

namespace {

std::string path_of(const std::string& worker) {
  return "/sessions/" + runtime::path_segment(worker);
}

} // namespace

void worker_session::attach() {
  pbmanager::session_opened opened{stage_.address_of(path_of(name_)), name_, "127.0.0.1:1", 1};
  stage_.send(workers::workers_path, opened);
}

void worker_session::go_away(const std::string& message) {
  stage_.send(perspective_.path(),
              pbmanager::session_lost{stage_.address_of(path_of(name_)), message});
}

void worker_session::deliver(runtime::envelope letter) {
  if (auto* ear = letter.what.as<pbmanager::speak_for>())
    perspective_ = ear->perspective;
  else if (auto* question = letter.what.as<pbmanager::call_peer>()) {
    if (unanswered.contains("*") || unanswered.contains(question->method))
      waiting_.push_back(*question);
    else
      answer(*question);
  }
  mail.push_back(std::move(letter));
}

void worker_session::speak_again() {
  unanswered.clear();
  for (const auto& one : std::exchange(waiting_, {}))
    answer(one);
}

void worker_session::answer(const pbmanager::call_peer& question) {
  stage_.send(perspective_.path(), pbmanager::call_answered{question.token, result_of(question)});
  if (question.method == "interruptCommand" && obedient)
    ends(-1);
}

jelly worker_session::result_of(const pbmanager::call_peer& question) {
  auto result = jelly::dictionary();
  if (question.method == "getWorkerInfo") {
    auto commands = jelly::dictionary();
    for (auto name : {"shell", "mkdir", "rmdir", "stat", "listdir", "cpdir", "uploadFile"})
      commands.add(name, jelly::text("3.3"));
    result.add("worker_commands", std::move(commands));
    result.add("basedir", jelly::text("/w"));
    return result;
  }
  if (question.method == "setBuilderList") {
    for (const auto& one : question.args.at(0).items())
      if (auto* builder = one.items().at(0).as_text(); !unserved.contains(*builder))
        result.add(*builder, jelly::remote(next_object_++));
    return result;
  }
  if (question.method == "startCommand")
    command_ = *question.args.at(1).as_text();
  return jelly::none();
}

void worker_session::call(std::string object, std::string method, std::vector<jelly> args) {
  wire::broker_call made;
  made.wants_answer = false;
  made.object = std::move(object);
  made.method = std::move(method);
  made.args = std::move(args);
  stage_.send(perspective_.path(),
              pbmanager::session_call{stage_.address_of(path_of(name_)), std::move(made)});
}

void worker_session::update(std::string key, jelly value) {
  auto pair = jelly::dictionary();
  pair.add(key, std::move(value));
  call(command_, "update", {jelly::list({jelly::list({std::move(pair), jelly::integer(0)})})});
}

void worker_session::prints(const std::string& text) {
  update("stdout", jelly::text(text));
}

void worker_session::ends(std::int64_t rc) {
  update("rc", jelly::integer(rc));
  call(command_, "complete", {jelly::none()});
}

} // namespace troupe::testing
