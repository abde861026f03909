#include "actors/data/entities.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::data {

using records::patch;

// REST has no path of its own for them: they are parts of sourcestamps. The body may be of any
// bytes and is not shown.
const entity& patches() {
  static const entity made =
      entity_of<patch>{"patch", "patches"}
          .shows("patchid", &patch::id)
          .shows("body", value_type::text, [](const patch&) { return value{}; })
          .shows("level", &patch::level)
          .shows("subdir", &patch::subdir)
          .shows("author", &patch::author)
          .shows("comment", &patch::comment)
          .one("patches/n:patchid",
               [](const reading& of, const captures& in) {
                 return storage::find_patch(of.from, patch_id{in.number("patchid")});
               })
          .done();
  return made;
}

} // namespace troupe::data
