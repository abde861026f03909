#include "runtime/supervision/child_spec.hpp"

#include <map>

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

/// Puts siblings behind those they wait for, depth first.
class sorter {
public:
  explicit sorter(std::vector<child_spec>& from) : from_{from}, at_(from.size(), mark::fresh) {
    for (std::size_t i = 0; i < from.size(); ++i)
      by_name_.emplace(from[i].name, i);
  }

  /// Why it cannot be, or nothing.
  std::string visit(std::size_t i) {
    if (at_[i] == mark::placed)
      return {};
    if (at_[i] == mark::open)
      return from_[i].name;
    at_[i] = mark::open;
    for (const auto& name : from_[i].after) {
      auto found = by_name_.find(name);
      if (found == by_name_.end())
        return fmt::format("{} <- {}, which is not there", from_[i].name, name);
      if (auto circle = visit(found->second); !circle.empty())
        return fmt::format("{} <- {}", from_[i].name, circle);
    }
    at_[i] = mark::placed;
    order.push_back(i);
    return {};
  }

  std::vector<std::size_t> order;

private:
  enum class mark { fresh, open, placed };
  std::vector<child_spec>& from_;
  std::vector<mark> at_;
  std::map<std::string_view, std::size_t> by_name_;
};

} // namespace

result<std::vector<child_spec>> in_start_order(std::vector<child_spec> siblings) {
  sorter sorted{siblings};
  for (std::size_t i = 0; i < siblings.size(); ++i)
    if (auto trouble = sorted.visit(i); !trouble.empty())
      return failure{errc::invalid, "no start order: " + trouble};
  std::vector<child_spec> ordered;
  ordered.reserve(siblings.size());
  for (auto i : sorted.order)
    ordered.push_back(std::move(siblings[i]));
  return ordered;
}

} // namespace troupe::runtime
