// From the arguments of a Git step and the build's sourcestamps to what is to be done.
#include <filesystem>

#include "actors/steps/git_script.hpp"
#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::steps {

namespace {

using enum git_task;

// "host:path" with a port of its own becomes a URL, which has room for it.
std::string address_of(const std::string& repository, const json& port) {
  auto colon = repository.find(':');
  bool short_form = colon != std::string::npos && colon > 1 // "C:\path" has a drive, no host
                    && repository.find("://") == std::string::npos && repository.find('/') > colon;
  if (!short_form || !port.is_number() || port.to_number<std::int64_t>() == 22)
    return repository;
  auto path = repository.substr(colon + 1);
  return "ssh://" + repository.substr(0, colon) + ":" + print(port)
         + (path.substr(0, 1) == "/" ? "" : "/") + path;
}

/// The options of `git describe`, in Buildbot's order.
std::vector<std::string> describe_words(const json& wanted) {
  std::vector<std::string> arguments{"describe"};
  bool dirty = false;
  if (wanted.is_object()) {
    const auto& options = wanted.get_object();
    for (auto name : {"all", "always", "contains", "debug", "long", "exact-match", "tags"})
      if (auto* one = options.if_contains(name); one && one->is_bool() && one->get_bool())
        arguments.push_back("--" + std::string{name});
    if (auto* match = options.if_contains("match"); match && !text_of(*match).empty())
      arguments.insert(arguments.end(), {"--match", text_of(*match)});
    for (auto name : {"abbrev", "candidates"})
      if (auto* one = options.if_contains(name); one && one->is_number())
        arguments.push_back("--" + std::string{name} + "=" + print(*one));
    if (auto* one = options.if_contains("dirty"); one && (one->is_string() || *one == json(true))) {
      dirty = true;
      auto mark = one->is_string() ? text_of(*one) : std::string{};
      arguments.push_back("--dirty" + (mark.empty() ? "" : "=" + mark));
    }
  }
  if (!dirty) // the state of the folder cannot be asked of a commit
    arguments.push_back("HEAD");
  return arguments;
}

/// `root` below `folder`, or `folder` if it would lead out of it.
std::string inside(const std::string& folder, const std::string& root) {
  auto path = std::filesystem::path{root}.lexically_normal();
  bool out = root.empty() || path.is_absolute() || *path.begin() == "..";
  return out ? folder : folder + "/" + path.generic_string();
}

/// Branch, revision and patch of the step's sourcestamp (§14.2).
result<void> read_stamp(const step_host& host, git_plan& plan) {
  const records::sourcestamp* stamp = nullptr;
  for (const auto& one : host.stamps())
    if (one.codebase == plan.codebase)
      stamp = &one;
  if (!stamp)
    return failure{errc::not_found,
                   "No sourcestamp found in build for codebase '" + plan.codebase + "'"};
  plan.branch = stamp->branch.value_or(plan.branch);
  plan.revision = stamp->revision.value_or("");
  if (plan.revision.empty())
    for (const auto& change : host.changes())
      if (change.sourcestamp == stamp->id) {
        plan.revision = change.revision.value_or("");
        if (!plan.revision.empty())
          plan.found["revision"] = plan.revision;
      }
  if (host.patch() && stamp->patch) {
    plan.patch_level = host.patch()->level;
    plan.patch_folder = inside(plan.target, host.patch()->subdir);
  }
  return {};
}

void read_ssh(const step_host& host, git_plan& plan) {
  if (text_of(host.argument("sshPrivateKey")).empty())
    return;
  bool copied = plan.mode == "full" && plan.method == "copy";
  plan.ssh_folder =
      ssh_folder_of(text_of(host.property("basedir")), text_of(host.property("builddir")),
                    copied ? "source" : plan.target, host.worker_is_windows());
  plan.known_hosts = !text_of(host.argument("sshHostKey")).empty()
                     || !text_of(host.argument("sshKnownHosts")).empty();
}

void list_tasks(git_plan& plan) {
  plan.todo = {version, look_for_patch};
  auto then = [&](std::initializer_list<git_task> more) {
    plan.todo.insert(plan.todo.end(), more);
  };
  if (!plan.ssh_folder.empty())
    then({ssh_clear, ssh_folder, ssh_key});
  if (plan.known_hosts)
    then({ssh_hosts});
  if (!plan.ssh_folder.empty())
    then({ssh_wrapper});
  if (plan.mode == "full" && plan.method == "clobber") {
    plan.clobbered = true;
    then({remove, clone});
  } else if (plan.mode == "full" && plan.method == "copy") {
    then({remove_target, enter_source, look, copy_source});
  } else {
    then({look});
  }
  if (plan.patch_level >= 0)
    then({mark_patched, refresh, apply});
  then({revision});
  if (!plan.describe_options.empty())
    then({describe});
}

} // namespace

result<git_plan> plan_git(const step_host& host) {
  git_plan plan;
  plan.repository = address_of(text_of(host.argument("repourl")), host.argument("port"));
  plan.codebase = text_of(host.argument("codebase"));
  plan.target = plan.folder = host.workdir();
  plan.mode = text_of(host.argument("mode"), "incremental");
  if (plan.mode == "full")
    plan.method = text_of(host.argument("method"), "fresh");
  plan.branch = text_of(host.argument("branch"), "HEAD");
  if (!flag(host, "alwaysUseLatest"))
    if (auto done = read_stamp(host, plan); !done)
      return done.error();
  if (plan.branch.empty())
    plan.branch = "HEAD";
  if (const auto& shallow = host.argument("shallow"); shallow.is_number())
    plan.depth = print(shallow);
  else if (flag(host, "shallow"))
    plan.depth = "1";
  if (const auto& filters = host.argument("filters"); filters.is_array())
    for (const auto& one : filters.get_array())
      plan.filters.push_back(text_of(one));
  plan.reference = text_of(host.argument("reference"));
  plan.origin = text_of(host.argument("origin"));
  plan.tags = flag(host, "tags");
  plan.progress = flag(host, "progress");
  plan.submodules = flag(host, "submodules");
  plan.remote_submodules = flag(host, "remoteSubmodules");
  plan.retry_fetch = flag(host, "retryFetch");
  plan.clobber_on_failure = flag(host, "clobberOnFailure");
  const auto& retry = host.argument("retry");
  if (retry.is_array() && retry.get_array().size() == 2 && retry.get_array()[0].is_number()
      && retry.get_array()[1].is_number()) {
    plan.retry_delay = retry.get_array()[0].to_number<double>();
    plan.retries = retry.get_array()[1].to_number<std::int64_t>();
  }
  if (const auto& wanted = host.argument("getDescription");
      wanted.is_object() || flag(host, "getDescription"))
    plan.describe_options = describe_words(wanted);
  read_ssh(host, plan);
  list_tasks(plan);
  return plan;
}

} // namespace troupe::steps
