#include "runtime/cell/outbox_dispatcher.hpp"

#include "runtime/mail/control.hpp"

namespace troupe::runtime {

void outbox_dispatcher::dispatch(outbox& out) {
  origin cause{out.event, 0, out.by_value};
  for (auto& [to, message] : out.said) {
    cause.place++;
    if (to)
      send(to, std::move(message), cause);
  }
  for (auto& [path, message] : out.commanded)
    command(path, std::move(message));
  for (auto& [key, message, after] : out.timed) {
    cause.place++;
    if (message)
      timers_.set(timer_owner::service, key, out.began + after, std::move(*message), cause);
    else
      timers_.cancel(timer_owner::service, key);
  }
}

void outbox_dispatcher::send(const address& to, any_message message, const origin& cause) {
  auto& figures = *to.at();
  outgoing_.count(to);
  if (auto bound = figures.depth_max.load(); bound > 0 && figures.depth.load() >= bound) {
    refuse(to, std::move(message));
    return;
  }
  auto name = message.name();
  auto* work = message.as<transaction>();
  auto kept = work ? message : any_message{}; // `work` is in it
  if (!figures.deliver({std::move(message), self_.me, cause}))
    context_.log(level::debug, fmt::format("nobody is at {}: {} is lost", to.path(), name));
  else if (work && to.path() == store_path && work->owner == self_.me)
    mail_.sent(*work, context_.event().taken);
}

void outbox_dispatcher::refuse(const address& to, any_message message) {
  auto refused = ++to.at()->refused;
  if ((refused & (refused - 1)) == 0) // or a flood would be followed by one of complaints
    context_.log(level::warning, fmt::format("{} is full: {} was refused, {} in all", to.path(),
                                             message.name(), refused));
  if (slot_.kind->find(&tag_of<mail_refused>))
    self_.figures().deliver({any_message{mail_refused{to, std::move(message)}}, to, {}});
}

void outbox_dispatcher::command(const std::string& path, any_message command) {
  auto to = self_.sys.address_of(path);
  if (!deliver_control(to, std::move(command), self_.me))
    self_.figures().deliver({any_message{nobody_there({}, path)}, to, {}});
}

} // namespace troupe::runtime
