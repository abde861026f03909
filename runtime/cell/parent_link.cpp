#include "runtime/cell/parent_link.hpp"

#include <caf/all.hpp>

namespace troupe::runtime {

namespace {

std::string last_segment(std::string_view path) {
  return std::string{path.substr(path.rfind('/') + 1)};
}

} // namespace

void parent_link::tell(child_note note) {
  if (parent_)
    caf::anon_send<caf::message_priority::high>(parent_, std::move(note));
}

void parent_link::tell(child_note::kind what, std::string reason) {
  tell({what, last_segment(self_.me.path()), std::move(reason), nullptr, nullptr});
}

parent_link::verdict parent_link::failed(const std::string& reason, bool by_children) {
  tell(child_note::kind::failed, reason);
  if (parent_)
    return verdict::parent_decides;
  bool again = !by_children && own_window_.admit(self_.sys.now());
  return again ? verdict::begin_again : verdict::give_up;
}

void parent_link::ready() {
  tell(child_note::kind::ready);
  if (!parent_)
    self_.sys.root_ready();
}

void parent_link::ended(const std::string& reason, const failure_report* failure) {
  if (!parent_) {
    self_.sys.root_ended(reason);
    return;
  }
  child_note note{child_note::kind::ended, last_segment(self_.me.path()), reason, nullptr, nullptr};
  if (!slot_.spec.dynamic && !slot_.spec.children.empty())
    note.spec = std::make_shared<const child_spec>(slot_.spec);
  if (failure)
    note.message = std::make_shared<const failure_report>(*failure);
  tell(std::move(note));
}

void parent_link::respecified() {
  if (parent_)
    tell({child_note::kind::respecified,
          slot_.spec.name,
          {},
          std::make_shared<const child_spec>(slot_.spec),
          nullptr});
}

} // namespace troupe::runtime
