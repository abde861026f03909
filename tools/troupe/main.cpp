// The program `troupe`: the master and the tools of the people who run it.
#include <csignal>
#include <exception>

#include "tools/troupe/command_line.hpp"
#include "tools/troupe/subcommands.hpp"

int main(int count, char** message) {
  std::signal(SIGPIPE, SIG_IGN); // a write to a closed connection is an error, not an end
  try {
    return troupe::tool::run_command_line(count, message);
  } catch (const std::exception& problem) {
    return troupe::tool::complain(problem.what());
  }
}
