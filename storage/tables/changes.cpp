#include "storage/tables/changes.hpp"

#include "storage/table.hpp"

namespace troupe::storage {

namespace {

using changes = table<records::change>;
using sourcestamps = table<records::sourcestamp>;
using patches = table<records::patch>;

} // namespace

std::optional<records::change> find_change(const snapshot& from, change_id which) {
  return changes{from}.find(which);
}

std::vector<records::change> newest_changes(const snapshot& from, std::size_t limit,
                                            change_id before) {
  return changes{from}.list(newest(limit, before));
}

std::vector<records::change> changes_after(const snapshot& from, change_id after,
                                           std::size_t limit) {
  return changes{from}.list({.limit = limit, .past = key_of(after)});
}

std::vector<records::change> changes_of_sourcestamp(const snapshot& from, sourcestamp_id which) {
  return changes{from}.list(index_number::changes_by_sourcestamp, {.prefix = key_of(which)});
}

change_id find_parent_change(const snapshot& from, const records::change& x) {
  auto same = [&](const records::change& other) {
    return other.id != x.id && other.branch == x.branch && other.repository == x.repository
           && other.project == x.project && other.codebase == x.codebase;
  };
  walk how{.prefix = key_of(branch_digest(x)), .backwards = true};
  if (x.id)
    how.past = how.prefix + key_of(x.id);
  auto found = changes{from}.first(index_number::changes_by_branch, how, same);
  return found ? found->id : change_id{};
}

change_id max_change_id(const snapshot& from) {
  return changes{from}.max_id();
}

std::optional<records::sourcestamp> find_sourcestamp(const snapshot& from, sourcestamp_id which) {
  return sourcestamps{from}.find(which);
}

std::optional<records::sourcestamp> find_equal_sourcestamp(const snapshot& from,
                                                           const records::sourcestamp& x) {
  if (x.patch)
    return std::nullopt;
  return sourcestamps{from}.first(
      index_number::sourcestamps_by_content, {.prefix = key_of(content_digest(x))},
      [&](const records::sourcestamp& other) { return same_content(x, other); });
}

sourcestamp_id max_sourcestamp_id(const snapshot& from) {
  return sourcestamps{from}.max_id();
}

std::optional<records::patch> find_patch(const snapshot& from, patch_id which) {
  return patches{from}.find(which);
}

patch_id max_patch_id(const snapshot& from) {
  return patches{from}.max_id();
}

std::uint64_t branch_digest(const records::change& x) {
  return fnv1a(key_of(x.branch, x.repository, x.project, x.codebase));
}

std::uint64_t content_digest(const records::sourcestamp& x) {
  return fnv1a(key_of(x.branch, x.revision, x.repository, x.project, x.codebase));
}

} // namespace troupe::storage
