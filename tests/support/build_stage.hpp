// A running build on a stage, with a stand-in for the worker and its connection.
#pragma once

#include "actors/botmaster/build/build.hpp"
#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/actor_stage.hpp"

namespace troupe::testing {

using namespace botmaster;
using records::result_code;

/// Answers as `/botmaster/workers/w1` and as its connection `/connection`.
class worker_stand_in : public listener {
public:
  explicit worker_stand_in(actor_stage& on) : stage_{on} {}

  bool attached = true, prepares = true;
  std::map<std::string, std::string> knows{{"shell", "3.3"}}; ///< Its commands.
  bool plays = false;                         ///< Runs every command: two lines, exit code 0.
  std::int64_t taken = 0;                     ///< Updates acknowledged.
  std::vector<std::int64_t> lines_when_taken; ///< Lines in the store at each acknowledgement.

  void deliver(runtime::envelope letter) override {
    mail.push_back(letter);
    const auto& what = letter.what;
    if (auto* question = what.as<acquire_worker>()) {
      worker_engaged answer;
      if (attached)
        answer.connection = stage_.address_of("/connection");
      say(question->requester, answer);
    } else if (auto* order = what.as<workers::prepare_build>()) {
      workers::build_prepared answer;
      answer.builder = order->builder;
      answer.pinged = answer.begun = prepares;
      answer.info["basedir"] = json("/w");
      answer.commands = knows;
      say(order->requester, answer);
    } else if (auto* command = what.as<workers::start_command>()) {
      if (plays)
        play(*command);
    } else if (auto* done = what.as<workers::updates_taken>()) {
      taken += done->calls;
      std::int64_t lines = 0;
      auto from = stage_.read();
      for (const auto& step : storage::steps_of_build(from, build_id{1}))
        for (const auto& log : storage::logs_of_step(from, step.id))
          lines += log.num_lines;
      lines_when_taken.push_back(lines);
    }
  }
  std::vector<workers::start_command> commands() const { return heard<workers::start_command>(); }

private:
  void say(const runtime::address& to, runtime::any_message what) {
    stage_.sys().send(to, std::move(what), stage_.address_of("/connection"));
  }
  void play(const workers::start_command& command) {
    for (auto text : {"one\n", "two\n"})
      say(command.requester,
          workers::command_update{command.id, {{"stdout", workers::datum::text(text)}}});
    say(command.requester,
        workers::command_update{command.id, {{"rc", workers::datum::integer(0)}}});
    say(command.requester, workers::command_complete{command.id, false, {}});
  }
  actor_stage& stage_;
};

class build_stage : public actor_stage {
public:
  using actor_stage::actor_stage;

  std::vector<model::part> steps;
  start_build wanted; ///< What the builder is ordered to build.
  std::optional<std::int64_t> log_max_size, log_max_tail_size;
  std::optional<json> do_build_if;
  bool retired = false; ///< The builder as `builder()` gives it.
  std::shared_ptr<worker_stand_in> worker = std::make_shared<worker_stand_in>(*this);
  std::shared_ptr<listener> brd, locks, requester;

  /// A ShellCommand "make NAME" called NAME.
  void add_step(const std::string& name, boost::json::object arguments = {},
                std::string kind = "ShellCommand") {
    model::part made;
    made.class_name = std::move(kind);
    if (made.class_name == "ShellCommand")
      made.set("command", boost::json::array{"make", name});
    made.set("name", json(name));
    for (const auto& [key, value] : arguments)
      made.set({key.data(), key.size()}, value);
    steps.push_back(std::move(made));
  }

  runtime::child_spec builder() const {
    builder_config config;
    config.builder.name = "b1";
    config.builder.workerbuilddir = "b1";
    config.builder.factory.steps = steps;
    config.builder.do_build_if = do_build_if;
    config.master = master_id{1};
    config.log_max_size = log_max_size;
    config.log_max_tail_size = log_max_tail_size;
    config.retired = retired;
    auto made = runtime::child_of("b1", "builder", config);
    made.children_policy.restarts_max = 1000;
    return made;
  }

  void prepare() {
    kinds.add(builder::static_kind());
    kinds.add(build::static_kind());
    put(storage::batch{}.put(a_builder(1, "b1")).put(a_worker(1, "w1")));
    start_with({branch_of("botmaster", {branch_of("builders", {builder()})})});
    address_of("/botmaster/workers/w1").at()->bind(worker);
    address_of("/connection").at()->bind(worker);
    brd = listen(brd_path);
    locks = listen(locks_path);
    requester = listen("/asker");
  }
  /// Gives the builder its order.
  void order(std::int64_t id = 1) {
    wanted.build = build_id{id};
    wanted.request.id = buildrequest_id{7};
    wanted.worker = "w1";
    wanted.worker_number = worker_id{1};
    send("/botmaster/builders/b1", wanted);
  }
  void begin() {
    prepare();
    order();
    run();
  }

  static constexpr auto path = "/botmaster/builders/b1/1";
  std::string command() { return worker->commands().back().id; }
  void update(std::vector<std::pair<std::string, workers::datum>> updates) {
    send(path, workers::command_update{command(), std::move(updates)});
  }
  void says(std::string text, std::string channel = "stdout") {
    update({{std::move(channel), workers::datum::text(std::move(text))}});
  }
  /// The present command ends with that exit code.
  void ends(std::int64_t rc) {
    update({{"rc", workers::datum::integer(rc)}});
    send(path, workers::command_complete{command(), false, {}});
    run();
  }
  void stop(std::string reason) {
    send("/botmaster/builders/b1", stop_build{build_id{1}, std::move(reason),
                                              result_code::cancelled, "s", address_of("/asker")});
    run();
  }
  void lose_worker() {
    send(path, workers::worker_lost{"w1", "gone"});
    run();
  }

  records::build build() { return storage::find_build(read(), build_id{1}).value(); }
  std::vector<records::step> stored_steps() { return storage::steps_of_build(read(), build_id{1}); }
  /// "a:success b:failure", without the preparation.
  std::string outcomes() {
    std::string out;
    for (const auto& step : stored_steps())
      if (step.number > 0)
        out +=
            (out.empty() ? "" : " ") + step.name + ":"
            + (step.results
                   ? std::string{names_of(*step.results)[static_cast<std::size_t>(*step.results)]}
                   : "runs");
    return out;
  }
  std::optional<records::log> log_of(std::int64_t step, std::string_view slug = "stdio") {
    auto from = read();
    auto found = storage::find_step(from, build_id{1}, step);
    return found ? storage::find_log(from, found->id, slug) : std::nullopt;
  }
  std::string text_of(std::int64_t step, std::string_view slug = "stdio") {
    auto log = log_of(step, slug);
    return log ? store().logs().read(log->id, log->created_at, 0, 1'000'000).text : "no such log";
  }
  std::vector<build_over> overs() { return brd->heard<build_over>(); }
};

} // namespace troupe::testing
