#include "runtime/mail/directory.hpp"

namespace troupe::runtime {

address directory::address_of(std::string_view path) {
  {
    std::shared_lock guard{lock_};
    if (auto i = nodes_.find(path); i != nodes_.end())
      return address{i->second.at};
  }
  std::unique_lock guard{lock_};
  auto& slot = nodes_[std::string{path}];
  if (!slot.at)
    slot.at = std::make_shared<port>(std::string{path});
  return address{slot.at};
}

std::shared_ptr<port> directory::find(std::string_view path) const {
  std::shared_lock guard{lock_};
  auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : found->second.at;
}

/// The closest one above that is a cell; nothing for the root.
directory::node* directory::nearest_above(std::string_view path) {
  while (path.size() > 1) {
    path = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    if (auto found = nodes_.find(path); found != nodes_.end() && found->second.entered)
      return &found->second;
  }
  return nullptr;
}

void directory::enter(const address& which) {
  std::unique_lock guard{lock_};
  auto& one = nodes_[which.at()->path()];
  one.at = which.at();
  if (one.entered) // a cell that ended and was not forgotten
    leave(one);
  one.entered = true;
  which.at()->begun = ++beginnings_;
  one.parent = nearest_above(which.path());
  if (one.parent)
    one.parent->children.emplace(beginnings_, &one);
  if (free_slots_.empty()) {
    one.slot = slots_.size();
    slots_.push_back(one.at);
  } else {
    one.slot = free_slots_.back();
    free_slots_.pop_back();
    slots_[one.slot] = one.at;
  }
}

void directory::leave(node& one) {
  if (one.parent)
    one.parent->children.erase(one.at->begun);
  for (auto& [begun, child] : one.children)
    child->parent = nullptr;
  one.children.clear();
  slots_[one.slot] = nullptr;
  free_slots_.push_back(one.slot);
  one.entered = false;
}

void directory::forget(std::string_view path) {
  std::shared_ptr<port> last; // released after the lock
  std::unique_lock guard{lock_};
  auto found = nodes_.find(path);
  if (found == nodes_.end() || found->second.at->target())
    return;
  last = found->second.at;
  if (found->second.entered)
    leave(found->second);
  nodes_.erase(found);
}

directory::page directory::walk(std::string_view top, std::string_view from, std::size_t limit,
                                std::size_t depth_max) const {
  page out;
  std::shared_lock guard{lock_};
  auto first = nodes_.find(top);
  auto begin = from.empty() ? first : nodes_.find(from);
  if (first == nodes_.end() || begin == nodes_.end() || !begin->second.entered)
    return out;
  std::size_t depth = 0;
  const node* at = &begin->second;
  for (const auto* up = at; up && up != &first->second; up = up->parent)
    ++depth;
  while (at) {
    if (out.ports.size() == limit) {
      out.next = at->at->path();
      return out;
    }
    if (at->at->target())
      out.ports.push_back(at->at);
    if (depth < depth_max && !at->children.empty()) {
      at = at->children.begin()->second;
      ++depth;
      continue;
    }
    while (at && at != &first->second) { // the next sibling, of it or of one above
      auto* parent = at->parent;
      if (!parent)
        return out;
      auto next = parent->children.upper_bound(at->at->begun);
      if (next != parent->children.end()) {
        at = next->second;
        break;
      }
      at = parent;
      --depth;
    }
    if (at == &first->second)
      return out;
  }
  return out;
}

std::vector<std::shared_ptr<port>> directory::listing() const {
  std::shared_lock guard{lock_};
  std::vector<std::shared_ptr<port>> found;
  for (const auto& [path, one] : nodes_)
    if (one.at->target())
      found.push_back(one.at);
  return found;
}

std::size_t directory::slots() const {
  std::shared_lock guard{lock_};
  return slots_.size();
}

std::size_t directory::cells() const {
  std::shared_lock guard{lock_};
  return slots_.size() - free_slots_.size();
}

} // namespace troupe::runtime
