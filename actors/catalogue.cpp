// THE CATALOGUE: every component that a configuration can name, one line each. Nothing registers
// itself. The order is that of the reference.
#include "actors/config/model/component.hpp"

// clang-format off
#define TROUPE_CATALOGUE(component)              \
  component(model, buildmaster_config)           \
  component(botmaster, worker_component)         \
  component(change_svc, pb_change_source_component) \
  component(schedulers, any_branch)              \
  component(schedulers, single_branch)           \
  component(schedulers, periodic_component)      \
  component(schedulers, force)                   \
  component(schedulers, fixed_parameter)         \
  component(schedulers, string_parameter)        \
  component(schedulers, text_parameter)          \
  component(schedulers, integer_parameter)       \
  component(schedulers, boolean_parameter)       \
  component(schedulers, user_name_parameter)     \
  component(schedulers, choice_string_parameter) \
  component(schedulers, nested_parameter)        \
  component(schedulers, any_property_parameter)  \
  component(schedulers, codebase_parameter)      \
  component(botmaster, builder_component)        \
  component(botmaster, factory_component)        \
  component(model, change_filter_component)      \
  component(botmaster, master_lock)              \
  component(botmaster, worker_lock)              \
  component(botmaster, access)                   \
  component(model, property)                     \
  component(model, interpolate)                  \
  component(model, with_properties)              \
  component(model, secret)                       \
  component(model, renderer_function)            \
  component(model, transform)                    \
  component(model, flatten_list)                 \
  component(model, operation)                    \
  component(steps, shell_command)                \
  component(steps, configure)                    \
  component(steps, compile)                      \
  component(steps, test)                         \
  component(steps, set_property)                 \
  component(steps, set_properties)               \
  component(steps, set_property_from_command)    \
  component(steps, git_component)                \
  component(steps, file_upload)                  \
  component(steps, file_download)                \
  component(steps, string_download)              \
  component(steps, json_string_download)         \
  component(steps, make_directory)               \
  component(steps, remove_directory)             \
  component(steps, copy_directory)               \
  component(steps, file_exists)                  \
  component(steps, assert_step)
// clang-format on

#define TROUPE_DECLARE(folder, name)                                                               \
  namespace troupe::folder {                                                                       \
  extern const model::component name;                                                              \
  }
TROUPE_CATALOGUE(TROUPE_DECLARE)

namespace troupe::model {

const std::vector<const component*>& catalogue() {
#define TROUPE_ADDRESS(folder, name) &::troupe::folder::name,
  static const std::vector<const component*> all{TROUPE_CATALOGUE(TROUPE_ADDRESS)};
  return all;
}

} // namespace troupe::model
