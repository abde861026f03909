// What git is told to do, one move after the other, as a pure function of where the step stands and
// how the last command ended (semantics.md §14.2–14.4).
#pragma once

#include "actors/botmaster/steps/step.hpp"

namespace troupe::botmaster::steps {

/// What is to be built and how; with what has been tried. Part of the step's notes.
struct git_plan {
  std::string repository;
  std::string branch = "HEAD";
  std::string revision; ///< Empty: the newest.
  std::string codebase;
  std::string mode, method;
  std::vector<std::string> fetch_options; ///< --depth, --filter, --tags, --progress.
  std::vector<std::string> clone_options; ///< --depth, --reference, --origin, --filter, --progress.
  bool submodules = false, remote_submodules = false, tags = false;
  std::string depth;
  bool retry_fetch = false, clobber_on_failure = false;
  bool describe = false;
  std::vector<std::string> describe_options;
  std::int64_t patch_level = -1; ///< -1: no patch.
  bool fetched_again = false, clobbered = false;
  TROUPE_FIELDS(repository, branch, revision, codebase, mode, method, fetch_options, clone_options,
                submodules, remote_submodules, tags, depth, retry_fetch, clobber_on_failure,
                describe, describe_options, patch_level, fetched_again, clobbered)
};

enum class git_act { git, remove, look, stat_patched, succeed, fail };

struct git_move {
  git_act what = git_act::fail;
  std::string stage; ///< Under which the command's end comes back; of a failure: the words.
  std::vector<std::string> words;
  bool collect = false;
};

/// From the step's arguments and the build's sourcestamps. `trouble` says why there is no plan.
git_plan plan_git(const step_host& host, std::string& trouble);

/// What comes after the command of `stage` has ended as `outcome`.
git_move next_move(const std::string& stage, const command_outcome& outcome, git_plan& plan);

} // namespace troupe::botmaster::steps
