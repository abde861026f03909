#include "actors/master/launch.hpp"

namespace troupe::master {

int run_master(const launch_options& options) {
  options.log("troupe error the master's tree is not built in yet\n");
  return 1;
}

} // namespace troupe::master
