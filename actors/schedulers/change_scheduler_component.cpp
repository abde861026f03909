// schedulers.SingleBranchScheduler and schedulers.AnyBranchScheduler (semantics.md §17.1, §17.2).
#include <boost/json.hpp>

#include "actors/config/model/service_role.hpp"
#include "actors/schedulers/change_scheduler.hpp"

namespace troupe::schedulers {

namespace types = model::types;

namespace {

std::vector<model::argument> change_arguments() {
  return scheduler_arguments({
      {"change_filter", types::component_of(model::component_use::change_filter), "null",
       "Which changes it takes."},
      {"branch", types::strings_or_null, "null", "In place of a filter: the branch."},
      {"branches", types::strings_or_null, "null", "In place of a filter: branches."},
      {"categories", types::strings_or_null, "null", "In place of a filter: categories."},
      {"treeStableTimer", types::seconds, "null",
       "Seconds without another change before it builds; None: at once."},
      {"fileIsImportant", types::function, "null",
       "Whether a change is worth a build: function(change)."},
      {"onlyImportant", types::boolean, "false", "Whether unimportant changes are forgotten."},
  });
}

// branch, branches and categories are short for a filter (§17.2).
void complete_change_scheduler(model::part& of, model::part_check& with) {
  auto *branch = of.given("branch"), *branches = of.given("branches"),
       *categories = of.given("categories"), *filter = of.given("change_filter");
  bool has_filter = filter && !filter->is_null();
  if (has_filter && (branch || branches || categories))
    with.complain("change_filter", "not together with branch, branches or categories");
  if (branch && branches)
    with.complain("branches", "not together with branch");
  boost::json::object made{{"$", "ChangeFilter"}};
  if (branch || branches)
    made["branch"] = branches ? *branches : *branch;
  if (categories)
    made["category"] = *categories;
  if (!has_filter && made.size() > 1)
    of.set("change_filter", std::move(made));
  for (auto shorthand : {"branch", "branches", "categories"})
    of.drop(shorthand);
}

void check_single_branch(const model::part& of, model::part_check& with) {
  if (auto* filter = of.given("change_filter"); !filter || filter->is_null())
    with.complain({}, "branch or change_filter is needed");
  check_scheduler(of, with);
}

class change_scheduler_role final : public model::service_of<change_scheduler> {
public:
  explicit change_scheduler_role(bool one_timer) : one_timer_{one_timer} {}

private:
  void adjust(change_scheduler_config& made, const model::part&,
              const model::tree_context&) const override {
    made.one_timer = one_timer_;
  }
  bool one_timer_;
};

const change_scheduler_role single_branch_role{true}, any_branch_role{false};

} // namespace

extern const model::component single_branch, any_branch;

const model::component single_branch{
    .space = "schedulers",
    .name = "SingleBranchScheduler",
    .use = model::component_use::scheduler,
    .summary = "Builds the changes of one branch, once no other has come for a while.",
    .arguments = model::with(change_arguments(),
                             {{"createAbsoluteSourceStamps", types::boolean, "false",
                               "Whether a codebase without a change is built at its last one."}}),
    .positional = {.count = 1},
    .complete = complete_change_scheduler,
    .check = check_single_branch,
    .role = &single_branch_role,
};

const model::component any_branch{
    .space = "schedulers",
    .name = "AnyBranchScheduler",
    .use = model::component_use::scheduler,
    .summary = "Builds the changes of any branch; each branch has a timer of its own.",
    .arguments = change_arguments(),
    .positional = {.count = 1},
    .complete = complete_change_scheduler,
    .check = check_scheduler,
    .role = &any_branch_role,
};

} // namespace troupe::schedulers
