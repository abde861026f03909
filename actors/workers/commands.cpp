#include "actors/workers/commands.hpp"

#include "actors/data/views.hpp"
#include "actors/workers/messages.hpp"
#include "storage/store.hpp"

namespace troupe::workers {

namespace {

shell::outcome workers(shell::call& by) {
  std::set<std::string> attached;
  std::string parent = std::string{workers_path} + "/";
  for (const auto& one : by.paths().walk(workers_path, {}, by.paths().slots() + 1, 1).ports)
    if (one->path() != workers_path)
      attached.insert(worker_of_connection(std::string_view{one->path()}.substr(parent.size())));
  return std::optional{data::workers_view(by.read(), attached)};
}

} // namespace

const shell::command_table& commands() {
  static const shell::command_table table{
      {"workers", "", "all workers, attached or not", "workers", shell::category::records, 0, 0,
       workers},
  };
  return table;
}

} // namespace troupe::workers
