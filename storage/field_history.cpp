#include "storage/field_history.hpp"

#include <map>
#include <set>

#include <fmt/format.h>

#include "storage/check.hpp"
#include "storage/codec_parts.hpp"

namespace troupe {

namespace {

/// Whose name it was at some time: the field that it has become, and the way there.
struct holder {
  std::size_t field = 0;
  std::vector<conversion> through;
};

/// The first holder of a name has the tag of the name; what was stored by a later one must not be
/// taken for it.
std::uint16_t tag_of_holder(std::string_view name, std::size_t earlier) {
  return earlier == 0 ? detail::field_tag(name)
                      : detail::field_tag(fmt::format("{}#{}", name, earlier + 1));
}

} // namespace

// Backwards from the present, then the tags in the order of time.
void layout::take_up(const field_history& past) {
  std::map<std::string_view, holder> names;
  for (std::size_t i = 0; i < fields_.size(); ++i)
    names[fields_[i].name].field = i;
  const auto& lines = past.lines();
  std::vector<std::string_view> former_names;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    auto found = names.extract(line->to);
    if (found.empty())
      throw failed{{errc::bug, fmt::format("the history of fields: there is no '{}'", line->to)}};
    auto& was = found.mapped();
    if (line->through.convert) {
      auto* next = was.through.empty() ? fields_[was.field].ops : was.through.front().from;
      if (line->through.to != next)
        throw failed{{errc::bug, fmt::format("the history of fields: '{}' became of another type "
                                             "than its next line says",
                                             line->to)}};
      was.through.insert(was.through.begin(), line->through);
    }
    formers_.push_back({0, was.field, was.through});
    former_names.push_back(line->from);
    names.insert_or_assign(line->from, std::move(was));
  }
  std::map<std::string_view, std::size_t> holders;
  for (auto i = formers_.size(); i-- > 0;)
    formers_[i].tag = tag_of_holder(former_names[i], holders[former_names[i]]++);
  std::set<std::uint16_t> tags;
  for (const auto& was : formers_)
    tags.insert(was.tag);
  for (auto& is : fields_) {
    is.tag = tag_of_holder(is.name, holders[is.name]);
    tags.insert(is.tag);
  }
  TROUPE_CHECK(tags.size() == formers_.size() + fields_.size(),
               "a field and a former one share a tag: rename one");
}

} // namespace troupe
