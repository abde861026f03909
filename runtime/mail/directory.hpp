// Path -> port, for the whole system, and the tree of those that are cells. Thread-safe; made so
// that a look at a part of a tree of 100,000 costs as much as the part.
#pragma once

#include <map>
#include <shared_mutex>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

class directory {
public:
  /// A port is made when its path is first named, so an address may be given before the cell behind
  /// it has begun.
  address address_of(std::string_view path);
  /// The port of that path, if it was ever named.
  std::shared_ptr<port> find(std::string_view path) const;

  /// The cell behind `which` begins: 1, 2, 3, …
  void enter(const address& which);
  /// Forgets a path that will not be used again, such as a finished build's.
  void forget(std::string_view path);

  struct page {
    std::vector<std::shared_ptr<port>> ports;
    std::string next; ///< Where the next page begins; empty after the last.
  };
  /// The cells at and below `top`, parents before children, siblings in the order in which they
  /// began, from `from` on (empty: from `top`); `depth_max` levels below `top`.
  page walk(std::string_view top, std::string_view from, std::size_t limit,
            std::size_t depth_max = 1000) const;

  /// Bound ports in path order, cells or not.
  std::vector<std::shared_ptr<port>> listing() const;

  /// Looks at every cell, with a number that is its own as long as it is there, below
  /// `slots()`.
  template <class F>
  void each(F&& look) const {
    std::shared_lock guard{lock_};
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i])
        look(i, *slots_[i]);
  }
  std::size_t slots() const;
  std::size_t cells() const;

private:
  struct node {
    std::shared_ptr<port> at;
    node* parent = nullptr;
    std::map<std::int64_t, node*> children; ///< By the order in which they began.
    std::size_t slot = 0;
    bool entered = false;
  };
  node* nearest_above(std::string_view path);
  void leave(node& one);

  mutable std::shared_mutex lock_;
  std::map<std::string, node, std::less<>> nodes_;
  std::vector<std::shared_ptr<port>> slots_;
  std::vector<std::size_t> free_slots_;
  std::int64_t beginnings_ = 0;
};

} // namespace troupe::runtime
