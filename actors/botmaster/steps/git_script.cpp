#include "actors/botmaster/steps/git_script.hpp"

namespace troupe::botmaster::steps {

namespace {

bool flag(const step_host& host, std::string_view name) {
  const auto& value = host.argument(name);
  return value.is_bool() && value.get_bool();
}

git_move git(std::string stage, std::vector<std::string> words, bool collect = false) {
  return {git_act::git, std::move(stage), std::move(words), collect};
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

git_move clobber() {
  return {git_act::remove, "removed", {}, false};
}

git_move clone(const git_plan& plan) {
  std::vector<std::string> words{"clone"};
  if (plan.branch != "HEAD") {
    if (plan.branch.rfind("refs/", 0) == 0)
      words.push_back("--no-checkout");
    else
      words = words + std::vector<std::string>{"--branch", plan.branch};
  }
  words = words + plan.clone_options;
  words.push_back(plan.repository);
  words.push_back(".");
  return git("cloned", words);
}

git_move fetch(const git_plan& plan) {
  return git("fetched", std::vector<std::string>{"fetch", "-f"} + plan.fetch_options
                          + std::vector<std::string>{plan.repository, plan.branch});
}

/// FETCH of §14.3: a revision that is here already needs no fetch.
git_move fetch_if_needed(const git_plan& plan) {
  if (!plan.tags && !plan.revision.empty())
    return git("known", {"cat-file", "-e", plan.revision});
  return fetch(plan);
}

git_move check_out(const git_plan& plan) {
  return git("checked_out",
             {"checkout", "-f", plan.revision.empty() ? "FETCH_HEAD" : plan.revision});
}

git_move update_submodules(const git_plan& plan) {
  std::vector<std::string> words{"submodule", "update", "--init", "--recursive"};
  if (plan.mode == "full")
    words = words + std::vector<std::string>{"--force"};
  words.push_back("--checkout");
  if (plan.remote_submodules)
    words.push_back("--remote");
  return git("submodules_updated", words);
}

git_move clean(const git_plan& plan, std::string stage) {
  std::vector<std::string> words{"clean", "-f", "-f", "-d"};
  if (plan.method == "fresh")
    words.push_back("-x");
  return git(std::move(stage), words);
}

git_move patch_or_revision(const git_plan& plan) {
  if (plan.patch_level >= 0)
    return git("refreshed", {"update-index", "--refresh"});
  return git("revision", {"rev-parse", "HEAD"}, true);
}

/// After the sources are there: submodules, and for full checkouts one more cleaning.
git_move after_checkout(const git_plan& plan) {
  if (plan.submodules)
    return git("submodules_synced", {"submodule", "sync"});
  return patch_or_revision(plan);
}

git_move give_up_or_clobber(git_plan& plan, std::string words) {
  if (plan.clobber_on_failure && !plan.clobbered) {
    plan.clobbered = true;
    return clobber();
  }
  return {git_act::fail, std::move(words), {}, false};
}

git_move after_look(const command_outcome& outcome, const git_plan& plan) {
  bool repository = false, other = false;
  if (auto files = outcome.updates.find("files"); files != outcome.updates.end()) {
    for (const auto& one : files->second.items())
      if (one.as_text())
        (*one.as_text() == ".git" ? repository : other) = true;
  } else {
    repository = outcome.updates.contains("stat") && outcome.good();
    other = !repository && outcome.updates.contains("stat");
  }
  if (!repository)
    return other ? clobber() : clone(plan);
  if (plan.mode == "full")
    return clean(plan, "cleaned");
  return fetch_if_needed(plan);
}

git_move after_fetch_failed(git_plan& plan) {
  if (plan.retry_fetch && !plan.fetched_again) {
    plan.fetched_again = true;
    return fetch(plan);
  }
  return give_up_or_clobber(plan, "git fetch failed");
}

bool is_revision(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

git_plan plan_git(const step_host& host, std::string& trouble) {
  git_plan plan;
  plan.repository = text_of(host.argument("repourl"));
  plan.codebase = text_of(host.argument("codebase"));
  plan.mode = text_of(host.argument("mode"), "incremental");
  plan.method = text_of(host.argument("method"), plan.mode == "full" ? "fresh" : "");
  auto configured = text_of(host.argument("branch"), "HEAD");
  plan.branch = configured;
  if (!flag(host, "alwaysUseLatest")) {
    const records::sourcestamp* stamp = nullptr;
    for (const auto& one : host.stamps())
      if (one.codebase == plan.codebase)
        stamp = &one;
    if (!stamp) {
      trouble = "no sourcestamp for codebase '" + plan.codebase + "' in this build";
      return plan;
    }
    plan.branch = stamp->branch.value_or(configured);
    plan.revision = stamp->revision.value_or("");
    for (const auto& change : host.changes())
      if (plan.revision.empty() && change.codebase == plan.codebase && change.revision)
        plan.revision = *change.revision;
    if (host.patch() && stamp->patch)
      plan.patch_level = host.patch()->level;
  }
  if (plan.branch.empty())
    plan.branch = "HEAD";
  const auto& shallow = host.argument("shallow");
  if (shallow.is_number())
    plan.depth = print(shallow);
  else if (flag(host, "shallow"))
    plan.depth = "1";
  std::vector<std::string> both;
  if (!plan.depth.empty())
    both = {"--depth", plan.depth};
  if (const auto& filters = host.argument("filters"); filters.is_array())
    for (const auto& one : filters.get_array())
      both = both + std::vector<std::string>{"--filter", text_of(one)};
  plan.clone_options = both;
  if (auto reference = text_of(host.argument("reference")); !reference.empty())
    plan.clone_options = plan.clone_options + std::vector<std::string>{"--reference", reference};
  if (auto origin = text_of(host.argument("origin")); !origin.empty())
    plan.clone_options = plan.clone_options + std::vector<std::string>{"--origin", origin};
  plan.fetch_options = both;
  plan.tags = flag(host, "tags");
  if (plan.tags)
    plan.fetch_options.push_back("--tags");
  if (flag(host, "progress")) {
    plan.fetch_options.push_back("--progress");
    plan.clone_options.push_back("--progress");
  }
  plan.submodules = flag(host, "submodules");
  plan.remote_submodules = flag(host, "remoteSubmodules");
  plan.retry_fetch = flag(host, "retryFetch");
  plan.clobber_on_failure = flag(host, "clobberOnFailure");
  const auto& describe = host.argument("getDescription");
  plan.describe = describe.is_object() || flag(host, "getDescription");
  if (describe.is_object())
    for (const auto& [key, value] : describe.get_object()) {
      if (value.is_bool() && value.get_bool())
        plan.describe_options.push_back("--" + std::string{key});
      else if (!value.is_bool())
        plan.describe_options.push_back("--" + std::string{key} + "=" + text_of(value));
    }
  return plan;
}

git_move next_move(const std::string& stage, const command_outcome& outcome, git_plan& plan) {
  bool good = outcome.good();
  if (stage == "version")
    return good ? git_move{git_act::stat_patched, "patched", {}, false}
                : git_move{git_act::fail, "git does not run on the worker", {}, false};
  if (stage == "patched" && good)
    return git("unpatched", {"clean", "-f", "-f", "-d", "-x"});
  if (stage == "patched" || stage == "unpatched") {
    if (plan.mode == "full" && (plan.method == "clobber" || plan.method == "copy"))
      return clobber();
    return {git_act::look, "looked", {}, false};
  }
  if (stage == "looked")
    return after_look(outcome, plan);
  if (stage == "removed")
    return clone(plan);
  if (stage == "cleaned")
    return good ? fetch_if_needed(plan) : clobber();
  if (stage == "known")
    return good ? check_out(plan) : fetch(plan);
  if (stage == "fetched")
    return good ? check_out(plan) : after_fetch_failed(plan);
  if (stage == "cloned") {
    if (!good)
      return give_up_or_clobber(plan, "git clone failed");
    if (plan.branch.rfind("refs/", 0) == 0)
      return fetch(plan);
    if (!plan.revision.empty())
      return git("at_revision", {"checkout", "-f", plan.revision});
    return after_checkout(plan);
  }
  if (stage == "at_revision")
    return good ? after_checkout(plan) : give_up_or_clobber(plan, "git checkout failed");
  if (stage == "checked_out") {
    if (!good)
      return after_fetch_failed(plan);
    if (plan.branch != "HEAD" && plan.branch.rfind("refs/", 0) != 0)
      return git("branched", {"checkout", "-B", plan.branch});
    return after_checkout(plan);
  }
  if (stage == "branched")
    return after_checkout(plan); // whether it worked or not
  if (stage == "submodules_synced")
    return good ? update_submodules(plan)
                : git_move{git_act::fail, "git submodule sync failed", {}, false};
  if (stage == "submodules_updated") {
    if (!good)
      return {git_act::fail, "git submodule update failed", {}, false};
    if (plan.mode == "full")
      return git("submodules_cleaned",
                 {"submodule", "foreach", "--recursive",
                  plan.method == "fresh" ? "git clean -f -f -d -x" : "git clean -f -f -d"});
    return patch_or_revision(plan);
  }
  if (stage == "submodules_cleaned")
    return clean(plan, "cleaned_again");
  if (stage == "cleaned_again")
    return patch_or_revision(plan);
  if (stage == "refreshed")
    return git("patch", {"apply", "--index", "-p", std::to_string(plan.patch_level)});
  if (stage == "patch")
    return good ? git("revision", {"rev-parse", "HEAD"}, true)
                : git_move{git_act::fail, "the patch does not apply", {}, false};
  if (stage == "revision") {
    if (!good || !is_revision(outcome.out))
      return {git_act::fail, "git rev-parse HEAD gave no revision", {}, false};
    if (plan.describe)
      return git("describe", std::vector<std::string>{"describe"} + plan.describe_options
                               + std::vector<std::string>{"HEAD"}, true);
  }
  return {git_act::succeed, {}, {}, false};
}

} // namespace troupe::botmaster::steps
