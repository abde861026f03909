// Git (semantics.md §14): a sequence of commands of the worker. Where it stands is in the step's
// notes, as the plan; each command's end leads to the next, so that the step can be stored between
// any two.
#include <fmt/format.h>

#include "actors/steps/arguments.hpp"
#include "actors/steps/git_script.hpp"
#include "actors/steps/transfers.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::steps {

using records::result_code;
using workers::datum;

namespace {

git_plan plan_of(step_host& host) {
  git_plan plan;
  if (auto* kept = host.notes().if_contains("plan"))
    from_json(plan, *kept).value();
  return plan;
}

class git final : public step_logic {
public:
  void begin(step_host& host) const override {
    auto plan = plan_git(host);
    if (!plan) {
      host.describe_done("Codebase " + text_of(host.argument("codebase")) + " not in build");
      host.add_log("log", plan.error().message + "\n");
      host.finish(result_code::failure);
      return;
    }
    if (plan->patch_level >= 0)
      host.add_log("patch", host.patch()->body);
    obey(host, *plan, first_move(*plan));
  }

  void command_done(step_host& host, const command_outcome& outcome) const override {
    if (outcome.interrupted) {
      host.finish(result_code::cancelled);
      return;
    }
    auto plan = plan_of(host);
    obey(host, plan, next_move(plan, outcome));
  }

  void woken(step_host& host) const override {
    auto plan = plan_of(host);
    obey(host, plan, next_move(plan, {}));
  }

  void transfer(step_host& host, const transfer_request& call) const override {
    auto plan = plan_of(host);
    answer_read(host, call,
                plan.doing == git_task::mark_patched ? "patched\n"
                                                     : ssh_content(host, plan, plan.doing));
  }

  // The key leaves the worker, whatever came of the step.
  bool leave(step_host& host) const override {
    auto plan = plan_of(host);
    bool there = plan.ssh_created;
    if (there) {
      plan.ssh_created = false;
      host.notes()["plan"] = to_json(plan);
      run_command(host, plan, {.command = "rmdir", .path = plan.ssh_folder});
    }
    return there;
  }

private:
  static void obey(step_host& host, git_plan& plan, const git_move& next) {
    for (const auto& [name, text] : std::exchange(plan.found, {}))
      set_source_property(host, plan, name, text);
    plan.ssh_created = plan.ssh_created || plan.doing == git_task::ssh_folder;
    host.notes()["plan"] = to_json(plan);
    switch (next.what) {
    case git_act::git:
      run_git(host, plan, next);
      return;
    case git_act::command:
      run_command(host, plan, next);
      return;
    case git_act::download:
      host.run(download_request(host, plan.folder, next.path,
                                next.file_mode > 0 ? json(next.file_mode) : json(nullptr)));
      return;
    case git_act::wait:
      host.say(fmt::format("git clone failed: once more after {} s ({} left)\n", plan.retry_delay,
                           plan.retries));
      host.wake_after(span{static_cast<std::int64_t>(plan.retry_delay * 1e6)});
      return;
    case git_act::succeed:
      host.finish(result_code::success);
      return;
    case git_act::fail:
      host.say(next.arguments.front() + "\n");
      host.finish(result_code::failure);
      return;
    }
  }

  // With codebases these properties are maps (§2).
  static void set_source_property(step_host& host, const git_plan& plan, const std::string& name,
                                  const std::string& text) {
    if (plan.codebase.empty()) {
      host.set_property(name, to_json(text), "Git");
      return;
    }
    auto value = host.property(name);
    if (!value.is_object())
      value = boost::json::object{};
    value.get_object()[plan.codebase] = to_json(text);
    host.set_property(name, value, "Git");
  }

  static void run_git(step_host& host, const git_plan& plan, const git_move& next) {
    datum::list_type line{datum::text("git")};
    auto option = [&](const std::string& text) {
      line.push_back(datum::text("-c"));
      line.push_back(datum::text(text));
    };
    if (const auto& config = host.argument("config"); config.is_object())
      for (const auto& [key, value] : config.get_object())
        option(std::string{key} + "=" + text_of(value));
    auto env = host.argument("env");
    if (!plan.ssh_folder.empty() && needs_ssh(next.arguments)) {
      if (!env.is_object())
        env = boost::json::object{};
      if (plan.can({2, 10}))
        option("core.sshCommand=" + ssh_command(plan));
      else if (plan.can({2, 3}))
        env.get_object()["GIT_SSH_COMMAND"] = to_json(ssh_command(plan));
      else
        env.get_object()["GIT_SSH"] = to_json(ssh_file(plan, "ssh-wrapper.sh"));
    }
    for (const auto& word : next.arguments)
      line.push_back(datum::text(word));
    auto version = host.command_version("shell");
    auto args = datum::map();
    args.add("command", datum::list(std::move(line)));
    args.add("workdir", datum::text(plan.folder));
    args.add("env", to_datum(env));
    args.add("want_stdout", datum::boolean(true));
    args.add("want_stderr", datum::boolean(true));
    args.add("logfiles", datum::map());
    args.add("timeout", to_datum(host.argument("timeout")));
    args.add("maxTime", datum::none());
    args.add("usePTY", datum::boolean(false));
    args.add("logEnviron", datum::boolean(flag(host, "logEnviron", true)));
    bool patches = plan.doing == git_task::apply;
    args.add("initial_stdin", patches ? datum::raw(host.patch()->body) : datum::none());
    // A git that is killed leaves its lock files behind, so it is asked first.
    if (at_least(version, 2, 16))
      args.add("sigtermTime", datum::integer(1));
    else if (at_least(version, 2, 15))
      args.add("interruptSignal", datum::text("TERM"));
    command_request request;
    request.name = "shell";
    request.args = std::move(args);
    request.collect_stdout = next.collect;
    host.run(std::move(request));
  }

  /// A command on folders and files.
  static void run_command(step_host& host, const git_plan& plan, const git_move& next) {
    command_request request;
    request.name = next.command;
    auto path = next.path;
    if (next.command == "listdir" && !at_least(host.command_version("listdir"), 2, 16)) {
      request.name = "stat";
      path += "/.git";
    }
    request.args = datum::map();
    if (request.name == "cpdir")
      request.args.add("fromdir", datum::text(plan.folder));
    request.args.add(request.name == "cpdir"  ? "todir"
                     : request.name == "stat" ? "file"
                                              : "dir",
                     datum::text(path));
    if (request.name == "rmdir" || request.name == "cpdir")
      request.args.add("timeout", to_datum(host.argument("timeout")));
    request.args.add("logEnviron", datum::boolean(flag(host, "logEnviron", true)));
    host.run(std::move(request));
  }
};

const git logic;

} // namespace

const step_logic& git_logic() {
  return logic;
}

} // namespace troupe::steps
