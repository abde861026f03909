// SEEN CONFIGURATION: what a master was configured with, put together from what its services were.
// The configuration as a whole is not in a journal, but each service's part of it is.
#pragma once

#include <set>
#include <string>

#include "actors/botmaster/botmaster.hpp"
#include "actors/config/model/model.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "runtime/replay/replay.hpp"

namespace troupe::players {

class seen_configuration {
public:
  /// A service's configuration is this from now on; kinds that tell nothing are passed over.
  void note(const std::string& path, const runtime::cell_copy::seated& what);
  void gone(const std::string& path) { parts_.erase(path); }
  /// Nothing if no /botmaster was seen. Passwords are tokens. What should be there and was not seen
  /// is told in `notes`.
  std::optional<model::master> whole(std::set<std::string>& notes) const;

private:
  /// The configuration of the node at `path`, if it was seen.
  template <class Service>
  std::optional<typename Service::config_type> node(std::string_view path) const;
  std::optional<model::part> component_at(const std::string& path, model::component_use use) const;
  void add_builders(model::master& made, const botmaster::botmaster_config& names,
                    std::set<std::string>& notes) const;
  void add_sources(model::master& made, const pbmanager::pb_manager_config& door) const;

  struct seen {
    std::string kind;
    bytes config;
  };
  std::map<std::string, seen> parts_; ///< By path.
};

} // namespace troupe::players
