#include "actors/steps/git_script.hpp"

namespace troupe::steps {

namespace {

std::string with_line_end(std::string text) {
  if (!text.empty() && text.back() != '\n')
    text += '\n';
  return text;
}

} // namespace

// Not in the folder itself: git clones into empty folders only, and a build must not find the key
// among its sources.
std::string ssh_folder_of(const std::string& basedir, const std::string& builddir,
                          const std::string& workdir, bool windows) {
  const char* slashes = windows ? "/\\" : "/";
  auto work = workdir.substr(0, workdir.find_last_not_of(slashes) + 1);
  auto name_of = [&](const std::string& path) {
    auto slash = path.find_last_of(slashes);
    return slash == std::string::npos ? path : path.substr(slash + 1);
  };
  auto name = name_of(work);
  bool absolute = work.find_first_of(slashes) == 0 || (windows && work.substr(1, 1) == ":");
  auto parent = work.substr(0, work.size() - name.size());
  if (!absolute && !basedir.empty())
    parent = basedir + (windows ? "\\" : "/") + parent;
  return parent + "." + name_of(builddir) + "." + name + ".buildbot";
}

std::string ssh_file(const git_plan& plan, std::string_view name) {
  bool windows = plan.ssh_folder.find('\\') != std::string::npos;
  return plan.ssh_folder + (windows ? '\\' : '/') + std::string{name};
}

std::string ssh_content(const step_host& host, const git_plan& plan, git_task task) {
  if (task == git_task::ssh_key)
    return with_line_end(text_of(host.argument("sshPrivateKey")));
  if (task == git_task::ssh_wrapper)
    return "#!/bin/sh\n" + ssh_command(plan) + " \"$@\"\n";
  auto own = text_of(host.argument("sshHostKey"));
  return with_line_end(own.empty() ? text_of(host.argument("sshKnownHosts")) : "* " + own);
}

bool needs_ssh(const std::vector<std::string>& arguments) {
  for (auto one : {"clone", "checkout", "fetch", "submodule"})
    if (arguments.front() == one)
      return true;
  return false;
}

std::string ssh_command(const git_plan& plan) {
  auto out = R"(ssh -o "BatchMode=yes" -i ")" + ssh_file(plan, "ssh-key") + '"';
  if (plan.known_hosts)
    out += R"( -o "UserKnownHostsFile=)" + ssh_file(plan, "ssh-known-hosts") + '"';
  return out;
}

} // namespace troupe::steps
