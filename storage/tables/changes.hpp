// Questions about changes and sourcestamps. All throw `failed` when stored bytes are damaged.
#pragma once

#include <optional>
#include <vector>

#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

std::optional<records::change> find_change(const snapshot& from, change_id which);

/// At most `limit`, newest first; with `before`, only those with a smaller id.
std::vector<records::change> newest_changes(const snapshot& from, std::size_t limit,
                                            change_id before = {});

/// At most `limit` with an id greater than `after`, oldest first.
std::vector<records::change> changes_after(const snapshot& from, change_id after,
                                           std::size_t limit);

std::vector<records::change> changes_of_sourcestamp(const snapshot& from, sourcestamp_id which);

/// The newest change of the same branch, repository, project and codebase, other than `x` itself.
change_id find_parent_change(const snapshot& from, const records::change& x);

change_id max_change_id(const snapshot& from);

std::optional<records::sourcestamp> find_sourcestamp(const snapshot& from, sourcestamp_id which);

/// The stored sourcestamp of the same content; nothing for one with a patch.
std::optional<records::sourcestamp> find_equal_sourcestamp(const snapshot& from,
                                                           const records::sourcestamp& x);

sourcestamp_id max_sourcestamp_id(const snapshot& from);

std::optional<records::patch> find_patch(const snapshot& from, patch_id which);
patch_id max_patch_id(const snapshot& from);

/// Digests under which the indexes keep changes by branch, and sourcestamps by content.
std::uint64_t branch_digest(const records::change& x);
std::uint64_t content_digest(const records::sourcestamp& x);

} // namespace troupe::storage
