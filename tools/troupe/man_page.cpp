#include "tools/troupe/man_page.hpp"

#include <fmt/format.h>

namespace troupe::tool {

namespace {

/// Text as roff takes it: a backslash and a minus have meanings, and so has a line's first dot.
std::string in_roff(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
      (out += "\\&") += c;
    else
      out += c;
  }
  return out;
}

void add_options(std::string& out, const manual_command& command) {
  for (const auto& one : command.options) {
    out += fmt::format(".TP\n.B {}", in_roff(one.names));
    if (!one.value.empty())
      out += fmt::format(" \\fI{}\\fR", in_roff(one.value));
    out += fmt::format("\n{}\n", in_roff(one.help));
  }
}

} // namespace

std::string man_page(const manual& of) {
  auto out = fmt::format(".TH {} 1 \"\" \"{}\"\n.SH NAME\n{} \\- {}\n", of.program,
                         in_roff(of.version), of.program, in_roff(of.summary));
  out += fmt::format(".SH SYNOPSIS\n.B {}\n.I COMMAND\n[\\fIARGUMENTS\\fR]\n.SH COMMANDS\n",
                     of.program);
  for (const auto& one : of.commands) {
    out += fmt::format(".SS \"{}\"\n{}.\n", in_roff(one.name), in_roff(one.help));
    add_options(out, one);
  }
  out += ".SH EXIT STATUS\n0: done. 1: refused or failed; standard error has the reason. 2: wrong "
         "usage.\n";
  out += fmt::format(".SH SEE ALSO\n.B {} help\nlists what a configuration can name;\n.B {} help "
                     "\\fINAME\\fR\nprints its arguments.\n",
                     of.program, of.program);
  return out;
}

} // namespace troupe::tool
