#include "storage/store_access.hpp"

namespace troupe::storage {

namespace {

/// An `apply_outcome` for the effect log.
struct kept_outcome {
  bool done = false;
  int code = 0;
  std::string message;
  std::optional<std::int64_t> culprit;
  span took{};
  TROUPE_FIELDS(done, code, message, culprit, took)
};

kept_outcome kept(const apply_outcome& from) {
  kept_outcome to;
  to.done = static_cast<bool>(from.done);
  if (!to.done) {
    to.code = static_cast<int>(from.done.error().code);
    to.message = from.done.error().message;
  }
  if (from.culprit)
    to.culprit = static_cast<std::int64_t>(*from.culprit);
  to.took = from.took;
  return to;
}

} // namespace

snapshot store_access::read() const {
  if (effect_log_ && effect_log_->plays())
    return snapshot{*effect_log_};
  return itself().read(effect_log_);
}

apply_outcome store_access::apply(std::span<const batch* const> batches) const {
  if (!effect_log_)
    return itself().apply(batches);
  auto found = answered(effect_log_, "apply", [&] { return kept(itself().apply(batches)); });
  apply_outcome outcome;
  if (!found.done)
    outcome.done = failure{static_cast<errc>(found.code), found.message};
  if (found.culprit)
    outcome.culprit = static_cast<std::size_t>(*found.culprit);
  outcome.took = found.took;
  return outcome;
}

} // namespace troupe::storage
