// steps.Assert (semantics.md §13).
#include "actors/config/rendering/printf.hpp"
#include "actors/steps/arguments.hpp"

namespace troupe::steps {

namespace {

class assertion final : public step_logic {
public:
  void begin(step_host& host) const override {
    const auto& check = host.argument("check");
    host.describe_done("checked " + model::python_repr(check));
    host.finish(model::truth(check) ? records::result_code::success
                                    : records::result_code::failure);
  }
};

const assertion logic;

} // namespace

extern const component assert_step;
const component assert_step{
    .space = "steps",
    .name = "Assert",
    .use = component_use::step,
    .summary = "Fails unless what it checks is true, as Python takes it.",
    .arguments = step_arguments(
        {{"check", model::types::any, model::required, "What is checked; may be a renderable."},
         {"name", string, "\"Assert\"", "Name of the step."},
         {"description", texts, "\"Checking..\"", "What it does, while it runs."}}),
    .positional = {.count = 1},
    .role = &logic,
};

} // namespace troupe::steps
