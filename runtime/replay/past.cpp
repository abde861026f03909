#include "runtime/replay/past.hpp"

#include <fmt/format.h>

#include "runtime/journal/journal_reader.hpp"
#include "runtime/replay/sources.hpp"

namespace troupe::runtime {

namespace {

/// The state after the last event before `when` in one segment; nothing if the service has no
/// record there by then. Refused (not_found): it has, but its state is not known.
result<std::optional<past_state>> state_in(const std::string& file, const kind_registry& kinds,
                                           const std::string& path, instant when) {
  auto behind = sources_of(file, path, when);
  auto reader = journal_reader::open(file);
  if (!reader || behind.cells.empty())
    return std::optional<past_state>{};
  replay again{kinds, false};
  again.only(std::move(behind));
  past_state found;
  while (reader->next()) {
    const auto& head = reader->head();
    if (head.at > when && head.cell == path)
      break;
    if (reader->gap_before())
      again.forget();
    again.feed(reader->kind(), head, reader->body());
    if (head.cell == path) {
      found.at = head.at;
      found.order = head.order;
    }
  }
  auto* cell = again.find(path);
  if (!cell)
    return failure{errc::not_found,
                   fmt::format("{} has a record at {} (number {}), but its state then is not known",
                               path, as_iso(found.at), found.order)};
  found.kind = cell->kind()->name;
  found.state = cell->service()->state_json();
  return std::optional{std::move(found)};
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
    if (reader->gap_before()) {
      again.forget();
      all.forget();
    }
    again.feed(reader->kind(), head, reader->body());
    if (reader->kind() != record_kind::event)
      continue;
    all.add(head, again);
    bool last_of_type = what.order == 0 && head.cell == what.cell && head.doing == what.type;
    if (last_of_type)
      wanted = head.order;
    if (head.order == wanted && again.last_message()) {
      decoding_context here{again.around().paths, kinds.known_messages()};
      message = as_json(again.last_message());
    }
  }
  auto links = all.of(wanted);
  if (links.empty())
    return failure{
        errc::not_found,
        what.order != 0
            ? fmt::format("record {} is no event that is recorded of this run", what.order)
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
