// The ids of what is stored, one type per kind. An id is given out once, by the service that owns
// the kind, and 0 is nobody.
#pragma once

#include "storage/describe.hpp"

namespace troupe {

using change_id = id<struct change_tag>;
using sourcestamp_id = id<struct sourcestamp_tag>;
using patch_id = id<struct patch_tag>;
using buildset_id = id<struct buildset_tag>;
using buildrequest_id = id<struct buildrequest_tag>;
using build_id = id<struct build_tag>;
using step_id = id<struct step_tag>;
using log_id = id<struct log_tag>;
using builder_id = id<struct builder_tag>;
using worker_id = id<struct worker_tag>;
using scheduler_id = id<struct scheduler_tag>;
using master_id = id<struct master_tag>;
using user_id = id<struct user_tag>;
using reconfiguration_id = id<struct reconfiguration_tag>;
using act_id = id<struct act_tag>;

} // namespace troupe
