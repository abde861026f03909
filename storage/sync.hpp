// What a file's own sync does not see to: that its name is durable.
#pragma once

#include <string>

namespace troupe::storage {

/// Makes the names in `folder` durable: what was made, renamed or removed there. Throws `failed`.
void sync_folder(const std::string& folder);

} // namespace troupe::storage
