// The read side: rows of all entities by path, filtered, ordered and in pages, from one snapshot of
// the store. Includes nothing of the nodes: who shows records, in the shell or over HTTP, asks
// here.
#pragma once

#include "actors/data/entities.hpp"
#include "actors/data/query.hpp"

namespace troupe::data {

/// Which entity is at a path, and how.
struct place {
  const entity* of = nullptr;
  const path* at = nullptr;
  captures parts;
};
/// Refused: "invalid path".
result<place> find_place(std::string_view path);

struct answer {
  const entity* of = nullptr;
  bool single = false;
  std::vector<row> rows;
  std::optional<std::size_t> total; ///< Of a collection whose rows were all looked at.
};

/// A single row that is not there is refused; a collection below a missing parent is empty. The
/// answer lives as long as `from`.
result<answer> get(const reading& from, std::string_view path, const query& asked = {});

/// {"builds": [{…}], "meta": {"total": 1}}
json rest_form(const answer& of, const query& asked);

/// The rows of a path of our own, which cannot be refused.
std::vector<row> rows_of(const reading& from, std::string_view path, const query& asked = {});

/// The row of that key as REST shows it, in place of a join; null if there is none.
json rest_object(const reading& from, const entity& of, std::int64_t key);

} // namespace troupe::data
