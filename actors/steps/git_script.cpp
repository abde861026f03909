#include "actors/steps/git_script.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace troupe::steps {

namespace {

using enum git_task;

std::string without_line_end(std::string text) {
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text;
}

bool is_revision(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The numbers of "git version 2.39.2 (Apple Git-143)"; empty if it is none.
std::vector<std::int64_t> version_of(std::string_view text) {
  constexpr std::string_view start = "git version ";
  std::vector<std::int64_t> numbers;
  if (text.substr(0, start.size()) != start)
    return numbers;
  text.remove_prefix(start.size());
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    std::int64_t number = 0;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1))
      number = number * 10 + (text[0] - '0');
    numbers.push_back(number);
    if (!text.empty() && text[0] == '.')
      text.remove_prefix(1);
  }
  return numbers;
}

/// One turn of the script: changes the plan, says what is wrong or what comes next.
class script {
public:
  explicit script(git_plan& plan) : plan_{plan} {}

  git_move next() {
    while (!plan_.todo.empty()) {
      plan_.doing = plan_.todo.front();
      plan_.todo.erase(plan_.todo.begin());
      if (auto move = begin_task(plan_, plan_.doing))
        return *move;
    }
    return {.what = git_act::succeed};
  }

  /// What `doing` leads to; words if the step has failed.
  std::string ended(const command_outcome& outcome);

private:
  using tasks = std::vector<git_task>;

  void after_look(const command_outcome& outcome);
  void after_clone();
  std::string fetch_failed();
  std::string clone_failed();
  std::string fall_back();

  void first(const tasks& more) { plan_.todo.insert(plan_.todo.begin(), more.begin(), more.end()); }
  tasks fetching() const { return {plan_.tags || plan_.revision.empty() ? fetch : known}; }
  std::string failed() const {
    return fmt::format("git step: {} failed", names_of(plan_.doing)[std::size_t(plan_.doing)]);
  }

  git_plan& plan_;
};

// Workers that cannot list a folder were asked for its ".git" alone.
void script::after_look(const command_outcome& outcome) {
  bool repository = false, other = false;
  if (auto files = outcome.updates.find("files"); files != outcome.updates.end()) {
    for (const auto& one : files->second.items())
      if (one.as_text())
        (*one.as_text() == ".git" ? repository : other) = true;
  } else {
    repository = outcome.updates.contains("stat") && outcome.good();
  }
  if (!repository && other) {
    plan_.clobbered = true;
    first({remove, clone});
    return;
  }
  if (!repository) {
    first({clone});
    return;
  }
  bool cleaned = plan_.method == "fresh" || plan_.method == "clean";
  if (plan_.submodules)
    first(cleaned ? tasks{submodule_sync, submodule_update, submodule_clean, clean_after}
                  : tasks{submodule_sync, submodule_update});
  first(cleaned ? tasks{clean_before} : fetching());
  if (!plan_.filters.empty() && plan_.can({2, 27}))
    first({set_promisor, set_filter});
}

void script::after_clone() {
  if (plan_.submodules)
    first({clone_submodules});
  if (!plan_.revision.empty())
    first({clone_checkout});
  if (plan_.branch != "HEAD" && !plan_.clones_branch())
    first(fetching());
}

std::string script::fetch_failed() {
  if (plan_.cloning)
    return clone_failed();
  if (!plan_.retry_fetch)
    return fall_back();
  if (std::exchange(plan_.fetched_again, true))
    return failed();
  first(fetching());
  return {};
}

std::string script::clone_failed() {
  if (plan_.retries <= 0)
    return fall_back();
  plan_.retries--;
  std::erase_if(plan_.todo,
                [](git_task one) { return one == clone_checkout || one == clone_submodules; });
  first({wait, remove, clone});
  return {};
}

/// Once more from an empty folder, if that is allowed and was not the beginning.
std::string script::fall_back() {
  if (!plan_.clobber_on_failure || plan_.clobbered)
    return failed();
  plan_.clobbered = true;
  std::erase_if(plan_.todo,
                [](git_task one) { return one == clone_checkout || one == clone_submodules; });
  first({remove, clone});
  return {};
}

std::string script::ended(const command_outcome& outcome) {
  bool good = outcome.good();
  switch (plan_.doing) {
  case version:
    plan_.version = version_of(outcome.out);
    return good && !plan_.version.empty() ? "" : "git is not installed on worker";
  case look_for_patch:
    if (good)
      first({clean_patched});
    return {};
  case look:
    after_look(outcome);
    return {};
  case clean_before:
    if (!good && plan_.method != "fresh")
      return failed();
    first(good ? fetching() : tasks{remove, clone});
    return {};
  case clone:
    if (!good)
      return clone_failed();
    after_clone();
    return {};
  case clone_checkout:
  case clone_submodules:
    return good ? "" : fall_back();
  case known:
    first({good ? checkout : fetch});
    return {};
  case fetch:
    if (!good)
      return fetch_failed();
    first({checkout});
    return {};
  case checkout:
    if (!good)
      return fetch_failed();
    if (plan_.branch != "HEAD")
      first({name_branch});
    return {};
  case copy_source:
    plan_.folder = plan_.target;
    return good ? "" : failed();
  case revision:
    plan_.found["got_revision"] = without_line_end(outcome.out);
    return good && is_revision(plan_.found["got_revision"]) ? "" : failed();
  case describe:
    if (good)
      plan_.found["commit-description"] = without_line_end(outcome.out);
    return {};
  case ssh_clear:
  case remove_target:
  case set_promisor:
  case set_filter:
  case name_branch:
  case wait:
    return {}; // whether it worked or not
  default:
    return good ? "" : failed();
  }
}

} // namespace

git_move first_move(git_plan& plan) {
  return script{plan}.next();
}

git_move next_move(git_plan& plan, const command_outcome& outcome) {
  script now{plan};
  if (auto arguments = now.ended(outcome); !arguments.empty())
    return {.what = git_act::fail, .arguments = {std::move(arguments)}};
  return now.next();
}

} // namespace troupe::steps
