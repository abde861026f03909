#include "runtime/replay/sources.hpp"

#include <map>
#include <vector>

#include "runtime/journal/journal_reader.hpp"

namespace troupe::runtime {

namespace {

/// Cells by number, and which events said what they took.
class said_graph {
public:
  void add(record_kind kind, const record_head& head, std::string_view body) {
    if (orders_begin_ == 0)
      orders_begin_ = head.order;
    auto cell = number_of(head.cell);
    owners_.resize(head.order - orders_begin_ + 1);
    owners_.back() = cell;
    if (kind != record_kind::event || head.cause.event < orders_begin_)
      return;
    auto event = get_event(body);
    auto place = head.cause.event - orders_begin_;
    if (event && event->message && !event->message->by_value && place < owners_.size())
      heard_[cell].push_back(head.cause.event);
  }

  /// Before the first record of a run, or behind a gap: nothing refers to what was before it.
  void reset() { *this = {}; }

  sources behind(const std::string& path) const {
    sources found{{path}, {}};
    auto begin = numbers_.find(path);
    if (begin == numbers_.end())
      return found;
    std::vector<std::uint32_t> todo{begin->second};
    while (!todo.empty()) {
      auto one = todo.back();
      todo.pop_back();
      for (auto event : heard_[one]) {
        found.events[event]++;
        auto by = owners_[event - orders_begin_];
        if (found.cells.insert(names_[by]).second)
          todo.push_back(by);
      }
    }
    return found;
  }

private:
  std::uint32_t number_of(std::string_view cell) {
    auto known = numbers_.find(cell);
    if (known != numbers_.end())
      return known->second;
    auto number = static_cast<std::uint32_t>(names_.size());
    numbers_.emplace(cell, number);
    names_.emplace_back(cell);
    heard_.emplace_back();
    return number;
  }

  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::uint64_t>> heard_; ///< By cell: events that said it long messages.
  std::uint64_t orders_begin_ = 0;
  std::vector<std::uint32_t> owners_; ///< Of the events, from orders_begin_.
};

} // namespace

sources sources_of(const std::string& file, const std::string& path, instant when) {
  auto reader = journal_reader::open(file);
  said_graph graph;
  bool there = false;
  while (reader && reader->next()) {
    const auto& head = reader->head();
    if (head.at > when && head.cell == path)
      break;
    if (reader->gap_before())
      graph.reset();
    there = there || head.cell == path;
    graph.add(reader->kind(), head, reader->body());
  }
  return there ? graph.behind(path) : sources{};
}

} // namespace troupe::runtime
