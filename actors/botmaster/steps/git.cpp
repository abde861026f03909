// Git (semantics.md §14): a sequence of commands of the worker. Where it stands is a stage in the
// step's notes; each command's end leads to the next, so that the step can be stored between any
// two.
#include "actors/botmaster/steps/git_script.hpp"
#include "actors/botmaster/steps/kinds.hpp"

namespace troupe::botmaster::steps {

using records::result_code;
using wire::jelly;

namespace {

std::string note(step_host& host, std::string_view name) {
  auto* found = host.notes().if_contains({name.data(), name.size()});
  return found ? text_of(*found) : std::string{};
}

/// Runs `git WORDS` in the step's folder and comes back as `stage`.
void run_git(step_host& host, std::string_view stage, std::vector<std::string> words,
             bool collect = false, const std::string& input = {}) {
  host.notes()["stage"] = to_json(std::string{stage});
  jelly::list_type line{jelly::text("git")};
  if (const auto& config = host.argument("config"); config.is_object())
    for (const auto& [key, value] : config.get_object()) {
      line.push_back(jelly::text("-c"));
      line.push_back(jelly::text(std::string{key} + "=" + text_of(value)));
    }
  for (auto& word : words)
    line.push_back(jelly::text(std::move(word)));
  auto version = host.command_version("shell");
  auto args = jelly::dictionary();
  args.add("command", jelly::list(std::move(line)));
  args.add("workdir", jelly::text(host.workdir()));
  args.add("env", to_jelly(host.argument("env")));
  args.add("want_stdout", jelly::boolean(true));
  args.add("want_stderr", jelly::boolean(true));
  args.add("logfiles", jelly::dictionary());
  args.add("timeout", to_jelly(host.argument("timeout")));
  args.add("maxTime", jelly::none());
  args.add("usePTY", jelly::boolean(false));
  const auto& environ = host.argument("logEnviron");
  args.add("logEnviron", jelly::boolean(!environ.is_bool() || environ.get_bool()));
  args.add("initial_stdin", input.empty() ? jelly::none() : jelly::raw(input));
  if (at_least(version, 2, 16))
    args.add("sigtermTime", jelly::integer(1));
  else if (at_least(version, 2, 15))
    args.add("interruptSignal", jelly::text("TERM"));
  command_request request;
  request.name = "shell";
  request.args = std::move(args);
  request.collect_stdout = collect;
  host.run(std::move(request));
}

/// A command on the step's folder itself, such as rmdir.
void run_plain(step_host& host, std::string_view stage, std::string name, jelly args) {
  host.notes()["stage"] = to_json(std::string{stage});
  args.add("logEnviron", jelly::boolean(true));
  command_request request;
  request.name = std::move(name);
  request.args = std::move(args);
  host.run(std::move(request));
}

class git final : public step_logic {
public:
  void begin(step_host& host) const override {
    std::string trouble;
    auto plan = plan_git(host, trouble);
    if (!trouble.empty()) {
      host.say(trouble + "\n");
      host.finish(result_code::failure);
      return;
    }
    host.notes()["plan"] = to_json(plan);
    host.describe_done("update" + (plan.branch == "HEAD" ? "" : " " + plan.branch));
    run_git(host, "version", {"--version"}, true);
  }

  void command_done(step_host& host, const command_outcome& outcome) const override {
    if (outcome.interrupted) {
      host.finish(result_code::cancelled);
      return;
    }
    git_plan plan;
    static_cast<void>(from_json(plan, host.notes()["plan"]));
    auto stage = note(host, "stage");
    auto next = next_move(stage, outcome, plan);
    host.notes()["plan"] = to_json(plan); // it remembers what has been tried
    if (stage == "revision" && outcome.good())
      revision_known(host, plan, outcome.out);
    if (stage == "describe" && outcome.good())
      known(host, plan, "commit-description", line_of(outcome.out));
    obey(host, next);
  }

private:
  static std::string line_of(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
      text.pop_back();
    return text;
  }

  static void revision_known(step_host& host, const git_plan& plan, const std::string& out) {
    known(host, plan, "got_revision", line_of(out));
  }

  // With codebases these properties are maps (§2).
  static void known(step_host& host, const git_plan& plan, std::string name,
                    const std::string& text) {
    if (plan.codebase.empty()) {
      host.set_property(std::move(name), to_json(text), "Git");
      return;
    }
    auto value = host.property(name);
    if (!value.is_object())
      value = boost::json::object{};
    value.get_object()[plan.codebase] = to_json(text);
    host.set_property(std::move(name), value, "Git");
  }

  static void obey(step_host& host, const git_move& next) {
    auto folder = host.workdir();
    switch (next.what) {
      case git_act::git:
        run_git(host, next.stage, next.words, next.collect,
                next.stage == "patch" && host.patch() ? host.patch()->body : std::string{});
        return;
      case git_act::remove: {
        auto args = jelly::dictionary();
        args.add("dir", jelly::text(folder));
        args.add("timeout", to_jelly(host.argument("timeout")));
        run_plain(host, next.stage, "rmdir", std::move(args));
        return;
      }
      case git_act::look: {
        auto args = jelly::dictionary();
        bool list = at_least(host.command_version("listdir"), 2, 16);
        if (list)
          args.add("dir", jelly::text(folder));
        else
          args.add("file", jelly::text(folder + "/.git"));
        run_plain(host, next.stage, list ? "listdir" : "stat", std::move(args));
        return;
      }
      case git_act::stat_patched: {
        auto args = jelly::dictionary();
        args.add("file", jelly::text(folder + "/.buildbot-patched"));
        run_plain(host, next.stage, "stat", std::move(args));
        return;
      }
      case git_act::succeed:
        host.finish(result_code::success);
        return;
      case git_act::fail:
        host.say(next.stage + "\n");
        host.finish(result_code::failure);
        return;
    }
  }
};

} // namespace

const step_logic& git_step() {
  static const git one;
  return one;
}

} // namespace troupe::botmaster::steps
