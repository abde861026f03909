// Every class of step, one object each: they keep no state.
#pragma once

#include "actors/steps/step.hpp"

namespace troupe::botmaster::steps {

const step_logic& shell_command();     // shell.cpp
const step_logic& set_property_step(); // properties.cpp
const step_logic& set_properties_step();
const step_logic& set_property_from_command();
const step_logic& git_step();      // git.cpp
const step_logic& file_upload();   // upload.cpp
const step_logic& file_download(); // download.cpp
const step_logic& string_download();
const step_logic& json_string_download();
const step_logic& make_directory(); // folders.cpp
const step_logic& remove_directory();
const step_logic& copy_directory();
const step_logic& file_exists();

} // namespace troupe::botmaster::steps
