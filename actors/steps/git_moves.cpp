// What each task of a Git step is as a command: pure, from the plan to the words.
#include "actors/steps/git_script.hpp"

namespace troupe::steps {

namespace {

using enum git_task;
using arguments = std::vector<std::string>;

git_move run_git(arguments line, bool collect = false) {
  return {.what = git_act::git, .arguments = std::move(line), .collect = collect};
}
git_move run(std::string command, std::string path) {
  return {.what = git_act::command, .command = std::move(command), .path = std::move(path)};
}
git_move download_of(std::string path, std::int64_t mode) {
  return {.what = git_act::download, .path = std::move(path), .file_mode = mode};
}

void add(arguments& line, arguments more) {
  line.insert(line.end(), more.begin(), more.end());
}

git_move clone_line(const git_plan& plan) {
  arguments line{"clone"};
  if (plan.clones_branch())
    add(line, {"--branch", plan.branch});
  else if (plan.branch != "HEAD" && plan.can({1, 6, 5}))
    line.push_back("--no-checkout");
  if (!plan.depth.empty())
    add(line, {"--depth", plan.depth});
  if (!plan.reference.empty())
    add(line, {"--reference", plan.reference});
  if (!plan.origin.empty())
    add(line, {"--origin", plan.origin});
  if (plan.can({2, 27}))
    for (const auto& one : plan.filters)
      add(line, {"--filter", one});
  add(line, {plan.repository, "."});
  if (plan.progress && plan.can({1, 7, 2}))
    line.push_back("--progress");
  return run_git(std::move(line));
}

git_move fetch_line(const git_plan& plan) {
  arguments line{"fetch", "-f"};
  if (!plan.depth.empty())
    add(line, {"--depth", plan.depth});
  if (plan.can({2, 27}))
    for (const auto& one : plan.filters)
      add(line, {"--filter", one});
  if (plan.tags)
    line.push_back("--tags");
  if (plan.progress && plan.can({1, 7, 2}))
    line.push_back("--progress");
  add(line, {plan.repository, plan.branch});
  return run_git(std::move(line));
}

git_move submodule_line(const git_plan& plan) {
  arguments line{"submodule", "update", "--init", "--recursive"};
  if (plan.can({1, 7, 6}))
    line.push_back("--force");
  if (plan.can({1, 7, 8}))
    line.push_back("--checkout");
  if (plan.remote_submodules)
    line.push_back("--remote");
  return run_git(std::move(line));
}

git_move clean_line(bool ignored_too) {
  arguments line{"clean", "-f", "-f", "-d"};
  if (ignored_too)
    line.push_back("-x");
  return run_git(std::move(line));
}

} // namespace

std::optional<git_move> begin_task(git_plan& plan, git_task task) {
  switch (task) {
  case version:
    return run_git({"--version"}, true);
  case look_for_patch:
    return run("stat", plan.folder + "/.buildbot-patched");
  case clean_patched:
    return clean_line(true);
  case ssh_clear: // a key that was left behind cannot be written over
    return run("rmdir", plan.ssh_folder);
  case ssh_folder:
    return run("mkdir", plan.ssh_folder);
  case ssh_key:
    return download_of(ssh_file(plan, "ssh-key"), 0400);
  case ssh_hosts:
    return download_of(ssh_file(plan, "ssh-known-hosts"), 0400);
  case ssh_wrapper:
    if (plan.can({2, 3}))
      return std::nullopt;
    return download_of(ssh_file(plan, "ssh-wrapper.sh"), 0700);
  case remove:
    return run("rmdir", plan.folder);
  case remove_target:
    return run("rmdir", plan.target);
  case enter_source:
    plan.folder = "source";
    return std::nullopt;
  case copy_source:
    return run("cpdir", plan.target);
  case look:
    return run("listdir", plan.folder);
  case clone:
    plan.cloning = true;
    return clone_line(plan);
  case clone_checkout:
    return run_git({"checkout", "-f", plan.revision});
  case clone_submodules: {
    auto move = run_git({"submodule", "update", "--init", "--recursive"});
    if (plan.remote_submodules)
      move.arguments.push_back("--remote");
    if (!plan.depth.empty())
      add(move.arguments, {"--depth", plan.depth});
    return move;
  }
  case clean_before:
  case clean_after:
    return clean_line(plan.method == "fresh");
  case set_promisor:
  case set_filter: {
    auto remote = "remote." + (plan.origin.empty() ? "origin" : plan.origin);
    if (task == set_promisor)
      return run_git({"config", remote + ".promisor", "true"});
    return run_git({"config", remote + ".partialclonefilter", plan.filters.front()});
  }
  case known:
    return run_git({"cat-file", "-e", plan.revision});
  case fetch:
    return fetch_line(plan);
  case checkout:
    return run_git({"checkout", "-f", plan.revision.empty() ? "FETCH_HEAD" : plan.revision});
  case name_branch:
    return run_git({"checkout", "-B", plan.branch});
  case submodule_sync:
    return run_git({"submodule", "sync"});
  case submodule_update:
    return submodule_line(plan);
  case submodule_clean:
    return run_git({"submodule", "foreach", "--recursive",
                    plan.method == "fresh" ? "git clean -f -f -d -x" : "git clean -f -f -d"});
  case mark_patched:
    return download_of(".buildbot-patched", 0);
  case refresh:
    plan.folder = plan.patch_folder;
    return run_git({"update-index", "--refresh"});
  case apply:
    return run_git({"apply", "--index", "-p", std::to_string(plan.patch_level)});
  case revision:
    return run_git({"rev-parse", "HEAD"}, true);
  case describe:
    return run_git(plan.describe_options, true);
  case wait:
    return git_move{.what = git_act::wait};
  }
  return std::nullopt;
}

} // namespace troupe::steps
