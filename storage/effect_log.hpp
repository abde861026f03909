// EFFECT LOG: what the outside answered to one handler, in the order in which it asked. Questions
// to the store, to files, to the tree go over the effect log of the handler's cell: a cell that is
// recorded keeps the answers, one that is replayed gets them from there and nobody is asked.
#pragma once

#include <string_view>

#include "storage/codec.hpp"

namespace troupe::storage {

class effect_log {
public:
  /// True: `recall` instead of asking.
  virtual bool plays() const noexcept = 0;
  virtual void keep(std::string_view question, bytes answer) = 0;
  /// The next answer. Throws `failed` (conflict) if another question was asked then, or none.
  virtual bytes recall(std::string_view question) = 0;

protected:
  ~effect_log() = default;
};

/// The answer of `ask()`, a described value or one with a stored form; `on` may be nobody.
template <class Ask>
auto answered(effect_log* on, std::string_view question, const Ask& ask) {
  using answer = decltype(ask());
  if (on && on->plays())
    return decode<answer>(on->recall(question)).value();
  auto said = ask();
  if (on)
    on->keep(question, encode(said));
  return said;
}

} // namespace troupe::storage
