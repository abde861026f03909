// The program `troupe`: the master and the tools of the people who run it.
#include <csignal>
#include <cstdio>
#include <exception>

#include "tools/troupe/command_line.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

int complain(const std::string& words) {
  std::fprintf(stderr, "troupe: %s\n", words.c_str());
  return failed_status;
}

} // namespace troupe::tool

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN); // a write to a closed connection is an error, not an end
  try {
    return troupe::tool::run_command_line(count, words);
  } catch (const std::exception& problem) {
    return troupe::tool::complain(problem.what());
  }
}
