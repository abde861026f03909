#include "runtime/mail/address.hpp"

#include "runtime/mail/decoding_context.hpp"
#include "runtime/mail/directory.hpp"

namespace troupe::runtime {

bool sink::command(envelope) {
  return false;
}

bool port::deliver(envelope what) {
  auto to = target();
  if (!to)
    return false;
  depth++;
  to->deliver(std::move(what));
  return true;
}

void port::bind(std::shared_ptr<sink> target) {
  std::shared_ptr<sink> former; // released after the lock: it may be the last reference
  std::lock_guard guard{lock_};
  former = std::exchange(target_, std::move(target));
}

void port::unbind() {
  std::shared_ptr<sink> former;
  {
    std::lock_guard guard{lock_};
    former = std::exchange(target_, nullptr);
  }
}

std::shared_ptr<sink> port::target() const {
  std::lock_guard guard{lock_};
  return target_;
}

std::shared_ptr<const child_spec> port::spec() const {
  std::lock_guard guard{lock_};
  return spec_;
}

void port::specify(std::shared_ptr<const child_spec> spec) {
  std::lock_guard guard{lock_};
  spec_.swap(spec);
}

void to_stored(const address& x, bytes& out) {
  out += x.path();
}

bool from_stored(address& x, std::string_view in) {
  if (in.empty())
    x = {};
  else if (auto* paths = decoding_context::paths())
    x = paths->address_of(in);
  else
    x = address{std::make_shared<port>(std::string{in})}; // outside of any system: a name only
  return true;
}

json as_json(const address& x) {
  return json(boost::json::string_view{x.path().data(), x.path().size()});
}

result<void> of_json(address& x, const json& in) {
  if (!in.is_string())
    return detail::wrong_kind("a path", in);
  from_stored(x, std::string_view{in.get_string().data(), in.get_string().size()});
  return {};
}

} // namespace troupe::runtime
