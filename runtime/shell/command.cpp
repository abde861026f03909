#include "runtime/shell/command.hpp"

#include "runtime/mail/control.hpp"
#include "runtime/mail/directory.hpp"

namespace troupe::shell {

bool call::is_there(std::string_view whom) const {
  auto found = paths().find(whom);
  return found && found->target();
}

failure call::nobody_at(std::string_view whom) const {
  std::vector<std::string> all;
  for (const auto& one : paths().walk("/", {}, 10'000).ports)
    all.push_back(one->path());
  auto meant = nearest(whom, all);
  return {errc::not_found,
          fmt::format("nobody is at {}{}", whom,
                      meant.empty() ? std::string{} : fmt::format("; is it {}?", meant))};
}

outcome ask_cell(call& by, std::string path, const char* what, span patience, std::int64_t limit) {
  runtime::show_cell question;
  question.what = what;
  question.limit = limit;
  question.token = by.ask(path, patience);
  by.control(std::move(path), std::move(question));
  return later;
}

outcome cell_said(call&, const runtime::any_message& message) {
  const auto* answer = message.as<runtime::cell_answer>();
  if (!answer)
    return later;
  if (!answer->ok)
    return failure{errc::refused, answer->message};
  return std::optional{answer->content};
}

} // namespace troupe::shell
