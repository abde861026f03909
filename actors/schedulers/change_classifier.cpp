#include "actors/schedulers/change_classifier.hpp"

#include <fmt/format.h>

#include "actors/config/rendering/printf.hpp"

namespace troupe::schedulers {

using enum scheduler_cause;

bool has_timer(const change_scheduler_config& wanted) {
  return wanted.tree_stable_timer && *wanted.tree_stable_timer > span{0};
}

judgement judge(const change_scheduler_config& wanted, const records::change& what,
                model::function_host& functions) {
  judgement of;
  if (wanted.change_filter) {
    auto broken = model::first_broken(*wanted.change_filter, what, functions);
    if (!broken)
      return {filter_failed, false, {}, broken.error().in("its filter fails").message};
    if (broken->rule != model::filter_rule::none)
      return {filter_says_no, false, *broken};
  }
  if (!wanted.scheduler.codebases.contains(what.codebase))
    return {codebase_unknown, false};
  of.important = true;
  if (wanted.file_is_important) {
    auto verdict = functions.call(*wanted.file_is_important, {model::change_for_functions(what)});
    if (!verdict)
      return {importance_failed, false, {}, verdict.error().in("fileIsImportant").message};
    of.important = model::truth(*verdict);
  }
  if (!of.important && (wanted.only_important || !has_timer(wanted)))
    of.no = change_unimportant;
  return of;
}

botmaster::causes why_not_for_it(const judgement& of, const change_scheduler_config& wanted,
                                 const records::change& what, std::string_view known_as) {
  if (!of.no)
    return {};
  std::string message;
  switch (*of.no) {
  case filter_says_no:
    message = "its filter says no: " + model::words_of(of.rule, *wanted.change_filter, what);
    break;
  case codebase_unknown: {
    std::vector<std::string> known;
    for (const auto& [name, defaults] : wanted.scheduler.codebases)
      known.push_back("'" + name + "'");
    message = fmt::format("codebase '{}' is not {}{}", what.codebase,
                          known.size() > 1 ? "among " : "", botmaster::listed(known));
    break;
  }
  case change_unimportant:
    message = wanted.only_important
                  ? "fileIsImportant says no, and onlyImportant is set"
                  : "fileIsImportant says no, and without treeStableTimer nothing waits";
    break;
  default:
    message = of.trouble;
    break;
  }
  return {{*of.no,
           fmt::format("{} is not for it: {}", known_as, message),
           {botmaster::thing_kind::change, std::to_string(what.id.value), what.id.value}}};
}

} // namespace troupe::schedulers
