#include "runtime/supervision/child_table.hpp"

#include <algorithm>

namespace troupe::runtime {

supervised_child& child_table::append(child_spec spec) {
  children_.push_back(std::make_unique<supervised_child>());
  auto& one = *children_.back();
  one.spec = std::move(spec);
  by_name_[one.spec.name] = &one;
  return one;
}

void child_table::erase(std::size_t place) {
  by_name_.erase(children_[place]->spec.name);
  children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(place));
}

supervised_child* child_table::find(const std::string& name) {
  auto i = by_name_.find(name);
  return i == by_name_.end() ? nullptr : i->second;
}

const supervised_child* child_table::find(const std::string& name) const {
  auto i = by_name_.find(name);
  return i == by_name_.end() ? nullptr : i->second;
}

std::size_t child_table::index_of(const supervised_child& one) const {
  auto i = children_.size(); // the one that is wanted is mostly the youngest
  while (i > 0 && children_[i - 1].get() != &one)
    --i;
  return i - 1;
}

bool child_table::any_significant() const {
  return std::any_of(children_.begin(), children_.end(), [](const auto& one) {
    return one->spec.significant && one->at != child_phase::stopping
           && one->at != child_phase::halted;
  });
}

std::vector<std::string> child_table::names() const {
  std::vector<std::string> found;
  for (const auto& one : children_)
    found.push_back(one->spec.name);
  return found;
}

child_counts child_table::counts() const {
  child_counts sum;
  for (const auto& one : children_) {
    sum.specified++;
    sum.active += one->at == child_phase::up;
    sum.starting += one->at == child_phase::starting || one->at == child_phase::waiting
                    || one->at == child_phase::down || one->at == child_phase::resetting;
    sum.halted += one->at == child_phase::halted;
  }
  return sum;
}

} // namespace troupe::runtime
