// The manual page of the program, in roff, from the help texts of its command line.
#pragma once

#include <string>
#include <vector>

namespace troupe::tool {

/// "-i,--interactive" or "DIR", and what it is for.
struct manual_option {
  std::string names;
  std::string value; ///< What stands after it; empty for a flag and for a word without a name.
  std::string help;
};

struct manual_command {
  std::string name;
  std::string help;
  std::vector<manual_option> options;
};

struct manual {
  std::string program;
  std::string version;
  std::string summary;
  std::vector<manual_command> commands;
};

/// For section 1.
std::string man_page(const manual& of);

} // namespace troupe::tool
