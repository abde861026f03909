// What is connected, as the I/O loop counts it.
#include "runtime/shell/commands.hpp"

namespace troupe::shell {

namespace {

constexpr auto loop_patience = std::chrono::seconds{2};

outcome connections(call& by) {
  auto token = by.ask(std::string{io::io_loop_path}, loop_patience);
  by.send(io::io_loop_path, io::list_connections{token, by.cell.me()});
  return later;
}

outcome listed(call&, const runtime::any_message& message) {
  const auto* news = message.as<io::connections_listed>();
  if (!news)
    return later;
  boost::json::object out;
  out["listeners"] = to_json(news->listeners);
  out["connections"] = to_json(news->connections);
  return std::optional{json(std::move(out))};
}

} // namespace

const command_table& connection_commands() {
  static const command_table table{
      {"conns", "", "what is connected, and what went through it", "conns", category::operation, 0,
       0, connections, false, listed},
  };
  return table;
}

} // namespace troupe::shell
