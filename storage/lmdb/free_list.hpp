// LMDB's list of free pages, read from a file that ends too early. LMDB itself would read past the
// end, which ends the process.
#pragma once

#include <cstddef>

namespace troupe::storage::lmdb {

/// Whether of all pages that the newest state of the data file `file` tells of, those that do not
/// lie whole within its first `bytes` bytes are free. False too if that cannot be made out.
bool only_free_beyond(int file, std::size_t bytes);

} // namespace troupe::storage::lmdb
