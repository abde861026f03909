// steps.Git: its arguments, and what they say about each other (semantics.md §14).
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/steps/arguments.hpp"
#include "actors/steps/git_script.hpp"

namespace troupe::steps {

extern const component git_component;

namespace {

bool is_retry(const json& value) {
  auto* parts = value.if_array();
  return model::computed_later(value) || value.is_null()
         || (parts && parts->size() == 2 && parts->at(0).is_number() && parts->at(1).is_int64()
             && parts->at(0).to_number<double>() >= 0);
}

void check_git(const model::part& of, model::part_check& with) {
  auto value = [&](std::string_view name) -> const json& {
    return model::value_of(of, git_component, name);
  };
  auto given = [&](std::string_view name) { return of.given(name) && !of.given(name)->is_null(); };
  const auto& shallow = value("shallow");
  bool clobber = value("mode") == json("full") && value("method") == json("clobber");
  if (shallow != json(false) && !shallow.is_null() && !clobber)
    with.complain("shallow", "only with mode = 'full' and method = 'clobber'");
  if (given("method") && value("mode") == json("incremental"))
    with.complain("method", "only with mode = 'full'");
  if (const auto& retry = value("retry"); !is_retry(retry))
    with.complain("retry", model::found_instead("{ seconds to wait, how often }", retry));
  const auto& describe = value("getDescription");
  if (!describe.is_bool() && !describe.is_object() && !describe.is_null())
    with.complain("getDescription",
                  model::found_instead("true, false or a map of options", describe));
  for (auto name : {"sshHostKey", "sshKnownHosts"})
    if (given(name) && !given("sshPrivateKey"))
      with.complain(name, "only with sshPrivateKey");
  if (given("sshHostKey") && given("sshKnownHosts"))
    with.complain("sshKnownHosts", "sshHostKey says it already: give one of them");
  for (auto name : {"auth_credentials", "git_credentials"})
    if (given(name))
      with.complain(name,
                    "not supported: give sshPrivateKey and an ssh address, or set up a credential "
                    "helper for the worker's user ('git config --global credential.helper store')");
}

// Steps for several codebases have to differ: "git-CODEBASE".
void name_by_codebase(model::part& of, model::part_check&) {
  auto* codebase = of.given("codebase");
  if (!codebase || codebase->is_null() || *codebase == json(""))
    return;
  constexpr const char* with_codebase = "%(kw:name)s-%(kw:codebase)s";
  auto part = *codebase;
  auto name = model::value_of(of, git_component, "name");
  if (model::text_of(name, "fmt") == with_codebase)
    return; // it has been named so before it was dumped
  of.set("name",
         boost::json::object{{"$", "Interpolate"},
                             {"fmt", with_codebase},
                             {"kwargs", boost::json::object{{"name", name}, {"codebase", part}}}});
  if (!of.given("descriptionSuffix"))
    of.set("descriptionSuffix", part);
}

arguments git_arguments() {
  return {
      {"repourl", string, model::required, "The repository."},
      {"name", string, "\"git\"", "Name of the step."},
      {"description", texts, "\"updating\"", "What it does, while it runs."},
      {"descriptionDone", texts, "\"update\"", "What it has done."},
      {"branch", string, "\"HEAD\"", "The branch, if the build's source names none."},
      {"mode", model::types::one_of({"incremental", "full"}), "\"incremental\"",
       "Whether what was built before stays."},
      {"method", model::types::one_of({"clobber", "fresh", "clean", "copy"}), "null",
       "How a full checkout is made; fresh by default."},
      {"port", integer, "22", "Port of an ssh repository."},
      {"reference", string, "null", "A repository on the worker to take objects from."},
      {"submodules", boolean, "false", "Whether submodules are checked out, too."},
      {"remoteSubmodules", boolean, "false", "Whether they follow their remote branches."},
      {"tags", boolean, "false", "Whether tags are fetched."},
      {"shallow", model::types::any, "false", "Whether history is cut; a number is its depth."},
      {"filters", list, "null", "Filters of a partial clone."},
      {"progress", boolean, "true", "Whether git reports its progress."},
      {"retryFetch", boolean, "false", "Whether a fetch that failed is tried again."},
      {"clobberOnFailure", boolean, "false", "Whether a failure is followed by a fresh clone."},
      {"getDescription", model::types::any, "false",
       "Whether git describe becomes a property; a map has its options."},
      {"config", map, "null", "git's own settings: { key = value }."},
      {"origin", string, "null", "Name of the remote."},
      {"sshPrivateKey", string, "null", "Private key for the repository."},
      {"sshHostKey", string, "null", "Public key of the repository's host."},
      {"sshKnownHosts", string, "null", "Content of a known_hosts file."},
      {"auth_credentials", model::types::any, "null", "Not supported: give sshPrivateKey."},
      {"git_credentials", model::types::any, "null", "Not supported: give sshPrivateKey."},
      {"codebase", string, "\"\"", "The codebase whose source is checked out."},
      {"alwaysUseLatest", boolean, "false", "Whether the source's revision is ignored."},
      {"timeout", number, "1200", "Seconds without output, then git is killed."},
      {"retry", list, "null",
       "{ seconds to wait, how often }: a clone that failed is tried again."},
      {"env", map, "{}", "Environment variables of git."},
      {"logEnviron", boolean, "true", "Whether the environment is written to the log."},
      {"workdir", string, "null", "Folder on the worker; by default the factory's."},
  };
}

} // namespace

const component git_component{
    .space = "steps",
    .name = "Git",
    .use = component_use::step,
    .summary = "Checks a source out of a git repository.",
    .arguments = halting_step_arguments(git_arguments()),
    .positional = {.count = 1},
    .complete = name_by_codebase,
    .check = check_git,
    .role = &git_logic(),
};

} // namespace troupe::steps
