// What git is told to do, one move after the other, as a pure function of what is left to do and
// how the last command ended (semantics.md §14.2–14.5).
#pragma once

#include "actors/steps/step.hpp"

namespace troupe::steps {

/// Each is one command of the worker, or none if there is no need.
enum class git_task : int {
  version,
  look_for_patch,
  clean_patched,
  ssh_clear,
  ssh_folder,
  ssh_key,
  ssh_hosts,
  ssh_wrapper,
  remove,
  clone,
  clone_checkout,
  clone_submodules,
  look,
  clean_before,
  set_promisor,
  set_filter,
  known,
  fetch,
  checkout,
  name_branch,
  submodule_sync,
  submodule_update,
  submodule_clean,
  clean_after,
  remove_target,
  enter_source,
  copy_source,
  mark_patched,
  refresh,
  apply,
  revision,
  describe,
  wait
};
constexpr auto names_of(git_task) {
  return std::array<std::string_view, 33>{"version",
                                          "look_for_patch",
                                          "clean_patched",
                                          "ssh_clear",
                                          "ssh_folder",
                                          "ssh_key",
                                          "ssh_hosts",
                                          "ssh_wrapper",
                                          "remove",
                                          "clone",
                                          "clone_checkout",
                                          "clone_submodules",
                                          "look",
                                          "clean_before",
                                          "set_promisor",
                                          "set_filter",
                                          "known",
                                          "fetch",
                                          "checkout",
                                          "name_branch",
                                          "submodule_sync",
                                          "submodule_update",
                                          "submodule_clean",
                                          "clean_after",
                                          "remove_target",
                                          "enter_source",
                                          "copy_source",
                                          "mark_patched",
                                          "refresh",
                                          "apply",
                                          "revision",
                                          "describe",
                                          "wait"};
}

/// What is to be built and how; what is left to do and what has been tried. Part of the step's
/// notes.
struct git_plan {
  std::string repository, branch = "HEAD";
  std::string revision; ///< Empty: the newest.
  std::string codebase;
  std::string mode, method;
  std::string depth, reference, origin;
  std::vector<std::string> filters, describe_options;
  bool submodules = false, remote_submodules = false, tags = false, progress = false;
  bool retry_fetch = false, clobber_on_failure = false;
  double retry_delay = 0;
  std::int64_t retries = 0;      ///< Of a clone, still allowed.
  std::int64_t patch_level = -1; ///< -1: no patch.
  std::string patch_folder;      ///< Where it is applied.
  std::string target;            ///< The step's folder.
  std::string folder;            ///< Where git works: `target`, or "source" before it is copied.
  std::string ssh_folder;        ///< On the worker, for the time of the step; empty: no key.
  bool ssh_created = false;      ///< And to be removed at the end.
  bool known_hosts = false;      ///< There is a file of them beside the key.
  std::vector<std::int64_t> version;
  std::vector<git_task> todo; ///< After `doing`, in this order.
  git_task doing = git_task::version;
  bool fetched_again = false, clobbered = false, cloning = false;
  std::map<std::string, std::string> found; ///< For properties: "got_revision".
  TROUPE_FIELDS(repository, branch, revision, codebase, mode, method, depth, reference, origin,
                filters, describe_options, submodules, remote_submodules, tags, progress,
                retry_fetch, clobber_on_failure, retry_delay, retries, patch_level, patch_folder,
                target, folder, ssh_folder, ssh_created, known_hosts, version, todo, doing,
                fetched_again, clobbered, cloning, found)

  bool can(std::vector<std::int64_t> since) const { return version >= since; }
  /// `git clone` takes branches, but no other refs.
  bool clones_branch() const {
    return branch != "HEAD" && can({1, 6, 5}) && branch.rfind("refs/", 0) != 0;
  }
};

enum class git_act { git, command, download, wait, succeed, fail };

struct git_move {
  git_act what = git_act::fail;
  std::vector<std::string> arguments; ///< For git; of a failure, one for people.
  bool collect = false;               ///< The output is wanted.
  std::string command;                ///< Of the worker: "rmdir", "cpdir", …
  std::string path;                   ///< That the command is about, or where the download goes.
  std::int64_t file_mode = 0;         ///< Of the download.
};

/// The conduct of Git.
const step_logic& git_logic();

/// From the step's arguments and the build's sourcestamps, with all that is to be done. Refused if
/// the build has no sourcestamp for it.
result<git_plan> plan_git(const step_host& host);

git_move first_move(git_plan& plan);
/// What comes after `plan.doing` has ended as `outcome`.
git_move next_move(git_plan& plan, const command_outcome& outcome);

/// The command of a task; nothing if there is no need of one.
std::optional<git_move> begin_task(git_plan& plan, git_task task);

// git_ssh.cpp: files that the worker has while the step runs, beside its folder (§14.5)

/// Where: "/basedir/.BUILDERDIR.WORKDIR.buildbot".
std::string ssh_folder_of(const std::string& basedir, const std::string& builddir,
                          const std::string& workdir, bool windows);
std::string ssh_file(const git_plan& plan, std::string_view name);
/// What goes into the file that `task` downloads.
std::string ssh_content(const step_host& host, const git_plan& plan, git_task task);
/// Whether this command of git may open a connection.
bool needs_ssh(const std::vector<std::string>& arguments);
std::string ssh_command(const git_plan& plan);

} // namespace troupe::steps
