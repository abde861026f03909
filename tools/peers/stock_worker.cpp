#include "tools/peers/stock_worker.hpp"

namespace troupe::peers {

using wire::jelly;

jelly stock_command_table() {
  auto all = jelly::dictionary();
  for (auto name : stock_commands)
    all.add(std::string{name}, jelly::text("3.1"));
  return all;
}

jelly stock_info(const std::string& basedir, jelly info) {
  info.add("system", jelly::text("posix"));
  info.add("basedir", jelly::text(basedir));
  info.add("numcpus", jelly::integer(1));
  info.add("version", jelly::text(std::string{stock_version}));
  info.add("environ", jelly::dictionary());
  info.add("worker_commands", stock_command_table());
  info.add("delete_leftover_dirs", jelly::integer(0));
  return info;
}

jelly own_builders(const wire::broker_call& call) {
  auto builders = jelly::dictionary();
  if (auto* wanted = call.argument(0, "wanted"))
    for (const auto& one : wanted->items())
      if (auto* name = one.items().empty() ? nullptr : one.items()[0].as_text())
        builders.add(*name, jelly::own(std::string{builder_key} + *name));
  return builders;
}

} // namespace troupe::peers
