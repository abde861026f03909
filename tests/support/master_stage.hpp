// The whole master on a stage: its tree from a master.lua, a real store, virtual time. Only the I/O
// loop is the test's: nobody connects unless the test says so.
#pragma once

#include <set>
#include <string>

#include "actors/config/config_service.hpp"
#include "runtime/io/io_loop.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/temp_store.hpp"

namespace troupe::testing {

/// Listens to everything at once, but to the ports that somebody else has.
class stage_rim : public runtime::sink {
public:
  void deliver(runtime::envelope what) override;
  std::vector<runtime::envelope> mail;
  std::set<std::int64_t> taken_ports;
  std::set<std::string> listening; ///< Tokens.
};

struct stage_folder {
  test::temp_folder folder;
  test::temp_store disk;
};

class master_stage : public stage_folder, public stage {
public:
  explicit master_stage();

  /// Writes master.lua.
  void configure(std::string_view lua);
  /// Starts the tree of what is configured.
  void begin(std::string_view lua);

  using reconfigured = config::reconfigured;
  /// Asks for a reconfiguration and runs; time does not pass.
  void ask_reconfigure(std::string_view lua, config::reconfigure how = {});
  /// The same, and lets it settle: the answer.
  reconfigured reconfigure(std::string_view lua, config::reconfigure how = {});
  std::vector<reconfigured> answers() { return requester->heard<reconfigured>(); }
  json config_of(std::string_view path) {
    return control(path, runtime::show_cell{"config", "s"}).content;
  }

  std::shared_ptr<stage_rim> io_loop;
  std::shared_ptr<listener> requester;
};

} // namespace troupe::testing
