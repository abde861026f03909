// What all services have done so far, in a form small enough to keep for a moment: `top` compares
// two of them.
#pragma once

#include <vector>

#include "runtime/mail/directory.hpp"
#include "storage/json.hpp"

namespace troupe::shell {

/// Figures by the cells' numbers in the directory (directory::each).
struct work_done {
  std::vector<std::int64_t> begun; ///< Which cell had that number; 0: none.
  std::vector<std::int64_t> taken;
  std::vector<std::int64_t> busy_ns;
  TROUPE_FIELDS(begun, taken, busy_ns)
};

work_done look_at_work(const runtime::directory& paths);

/// What `top` can sort by: "mailbox", "messages", "time", "memory", "restarts".
bool is_top_order(std::string_view word);

/// The `rows` services that did most since `before`, by `order`.
json top_view(const work_done& before, const runtime::directory& paths, std::string_view order,
              span between, std::size_t rows);

} // namespace troupe::shell
