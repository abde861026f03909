#include "runtime/replay/past.hpp"

#include <fmt/format.h>

#include "runtime/journal/journal_reader.hpp"

namespace troupe::runtime {

namespace {

/// Services that may have to be played to know what one took, before all of them are.
constexpr std::size_t helpers_max = 40;

/// Which cell had which turn, by order.
class turn_owners {
public:
  void add(const record_head& head) {
    if (orders_begin_ == 0)
      orders_begin_ = head.order;
    auto known = numbers_.find(head.cell);
    if (known == numbers_.end()) {
      known = numbers_.emplace(std::string{head.cell},
                               static_cast<std::uint32_t>(names_.size())).first;
      names_.emplace_back(head.cell);
    }
    owners_.resize(head.order - orders_begin_ + 1);
    owners_.back() = known->second;
  }
  const std::string* of(std::uint64_t order) const {
    if (order < orders_begin_ || order - orders_begin_ >= owners_.size())
      return nullptr;
    return &names_[owners_[order - orders_begin_]];
  }

private:
  std::uint64_t orders_begin_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> owners_;
};

/// The state after the last turn before `when` in one segment; nothing if the service has no record
/// there by then. Refused (not_found): it has, but its state is not known.
result<std::optional<past_state>> state_in(const std::string& file, const kind_registry& kinds,
                                   const std::string& path, instant when) {
  std::set<std::string, std::less<>> played{path};
  while (true) {
    auto reader = journal_reader::open(file);
    if (!reader)
      return std::optional<past_state>{};
    replay again{kinds, false};
    again.only(played);
    turn_owners owners;
    std::optional<past_state> found;
    auto before = played.size();
    while (reader->next()) {
      const auto& head = reader->head();
      if (head.at > when && head.cell == path)
        break;
      if (reader->begins_anew())
        again.forget();
      owners.add(head);
      again.feed(reader->kind(), head, reader->body());
      if (head.cell == path)
        found = past_state{head.at, head.order, {}, nullptr};
      if (again.missed() == 0)
        continue;
      if (const auto* helper = owners.of(again.missed()))
        played.insert(*helper);
    }
    // Longer messages are recorded by reference: whoever said them is played, too, and again.
    if (played.size() > before && played.size() <= helpers_max)
      continue;
    if (!found)
      return found;
    auto* cell = again.find(path);
    if (!cell)
      return failure{errc::not_found,
                     fmt::format("{} has a record at {} (number {}), but its state then is not "
                                 "known", path, as_iso(found->at), found->order)};
    found->kind = cell->kind()->name;
    found->state = cell->service()->state_json();
    return found;
  }
}

/// When a segment begins; nothing if it has no frame.
std::optional<frame_header> first_frame(const std::string& file) {
  auto reader = segment_reader::open(file);
  return reader ? reader->next() : std::nullopt;
}

} // namespace

result<past_state> state_at(const std::string& folder, const kind_registry& kinds,
                            const std::string& path, instant when) {
  auto files = list_segments(folder);
  std::optional<instant> oldest;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    auto begin = first_frame(file->path);
    if (!begin)
      continue;
    oldest = begin->first_at;
    if (begin->first_at > when)
      continue;
    auto found = state_in(file->path, kinds, path, when);
    if (!found)
      return found.error();
    if (*found)
      return **found;
  }
  return failure{errc::not_found,
                 fmt::format("nothing is recorded of {} at {}{}", path, as_iso(when),
                             oldest ? "; the journal begins at " + as_iso(*oldest)
                                    : "; the journal is empty")};
}

result<std::vector<chain_link>> causes_of(const std::string& folder, const kind_registry& kinds,
                                          const cause_question& what) {
  auto reader = journal_reader::open(folder);
  if (!reader)
    return reader.error();
  replay again{kinds, false};
  chains all;
  json message;
  auto wanted = what.order;
  while (reader->next()) {
    const auto& head = reader->head();
    if (reader->begins_anew()) {
      again.forget();
      all.forget();
    }
    again.feed(reader->kind(), head, reader->body());
    if (reader->kind() != record_kind::turn)
      continue;
    all.add(head, again);
    bool last_of_type = what.order == 0 && head.cell == what.cell && head.doing == what.type;
    if (last_of_type)
      wanted = head.order;
    if (head.order == wanted && again.last_message()) {
      scope here{again.around().paths, kinds.known_messages()};
      message = as_json(again.last_message());
    }
  }
  auto links = all.of(wanted);
  if (links.empty())
    return failure{errc::not_found,
                   what.order != 0
                     ? fmt::format("record {} is no turn that is recorded of this run", what.order)
                     : fmt::format("no {} that {} took is recorded", what.type, what.cell)};
  for (auto& one : links)
    if (one.depth == 0 && one.order == wanted)
      one.message = message;
  return links;
}

std::vector<recorded_segment> spans_of(const std::string& folder) {
  std::vector<recorded_segment> spans;
  for (const auto& file : list_segments(folder)) {
    recorded_segment one;
    one.number = file.number;
    one.bytes = static_cast<std::int64_t>(file.bytes);
    auto reader = segment_reader::open(file.path);
    while (reader) {
      auto frame = reader->next();
      if (!frame)
        break;
      if (one.records == 0) {
        one.first_order = frame->first_order;
        one.first_at = frame->first_at;
      }
      one.records += static_cast<std::int64_t>(frame->count);
      one.last_order = frame->last_order;
      one.last_at = frame->last_at;
    }
    spans.push_back(one);
  }
  return spans;
}

} // namespace troupe::runtime
