// Commands that look at services: one, or the tree of all.
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "actors/debug/tree_views.hpp"

namespace troupe::debug {

namespace {

constexpr auto cell_patience = std::chrono::seconds{5};
constexpr std::int64_t page_by_default = 1000, page_max = 10'000;
constexpr std::int64_t depth_max = 1000;
constexpr std::int64_t window_by_default = 1, window_max = 600; ///< Seconds, of `top`.
constexpr std::int64_t top_rows = 30;
constexpr std::int64_t mailbox_rows = 100;

} // namespace

bool debug::is_there(std::string_view path) const {
  auto found = paths().find(path);
  return found && found->target();
}

/// "There is no …", with the nearest path that is.
failure debug::nobody_at(std::string_view path) const {
  std::vector<std::string> all;
  for (const auto& one : paths().walk("/", {}, 10'000).ports)
    all.push_back(one->path());
  auto meant = nearest(path, all);
  return {errc::not_found,
          fmt::format("nobody is at {}{}", path,
                      meant.empty() ? std::string{} : fmt::format("; is it {}?", meant))};
}

outcome debug::tree(const shell_call& call) {
  auto message = call_words::read(call.args, {"depth", "limit", "from"});
  if (!message)
    return message.error();
  auto depth = message->number("depth", depth_max, 0, depth_max);
  auto limit = message->number("limit", page_by_default, 1, page_max);
  if (!depth || !limit)
    return depth ? limit.error() : depth.error();
  std::string top = message->plain.empty() ? "/" : message->plain[0];
  auto from = message->options.find("from");
  for (const auto& path : {top, from == message->options.end() ? top : from->second})
    if (!is_there(path))
      return nobody_at(path);
  return std::optional{
      tree_view(paths().walk(top, from == message->options.end() ? "" : from->second,
                             static_cast<std::size_t>(*limit), static_cast<std::size_t>(*depth)),
                now())};
}

outcome debug::list(const shell_call& call) {
  std::string top = call.args.empty() ? "/" : call.args[0];
  if (!is_there(top))
    return nobody_at(top);
  auto page = paths().walk(top, {}, static_cast<std::size_t>(page_max), 1);
  page.ports.erase(page.ports.begin()); // itself
  return std::optional{tree_view(page, now()).at("services")};
}

outcome debug::hears_of(const shell_call& call) {
  if (!is_there(call.args[0]))
    return nobody_at(call.args[0]);
  auto* its_kind = kinds().find(paths().find(call.args[0])->kind.load());
  if (!its_kind)
    return failure{errc::not_found, call.args[0] + " holds no service of a known kind"};
  return std::optional{hears_view(*its_kind)};
}

outcome debug::show(const shell_call& call, const char* what) {
  runtime::show_cell question;
  question.what = what;
  question.limit = mailbox_rows;
  if (call.args.size() > 1) {
    auto number = read_number(call.args[1]);
    if (!number || *number < 1 || *number > page_max)
      return failure{errc::invalid,
                     fmt::format("{}: a number from 1 to {} expected", call.args[1], page_max)};
    question.limit = *number;
  }
  if (!is_there(call.args[0]))
    return nobody_at(call.args[0]);
  question.token = ask(call, call.args[0], cell_patience, what);
  control(call.args[0], std::move(question));
  return std::optional<json>{};
}

outcome debug::config_of(const shell_call& call) {
  static const std::vector<std::string> dry_run{"--dry-run"};
  if (call.args[0] == "diff")
    return reconfig({call.connection, call.id, dry_run});
  return show(call, "config");
}

// A cell that was gone when the command arrived is answered for by ours, which knows no token.
void debug::on(const runtime::cell_answer& answer) {
  auto token = answer.token;
  for (const auto& [one, asked] : state().questions)
    if (token.empty() && asked.path == answer.path)
      token = one;
  auto found = state().questions.find(token);
  if (found == state().questions.end())
    return;
  const auto& command = found->second.command;
  if (command == "db") // there is something to say without its writer
    conclude(token, database_view(answer.content));
  else if (command == "health")
    conclude(token, health_now(answer.content));
  else if (!answer.ok)
    conclude(token, failure{errc::refused, answer.message});
  else
    conclude(token, command == "config" ? without_secrets(answer.content) : answer.content);
}

outcome debug::restarts(const shell_call& call) {
  auto limit = call.args.empty() ? std::optional<std::int64_t>{20} : read_number(call.args[0]);
  if (!limit)
    return failure{errc::invalid, call.args[0] + ": a number expected"};
  auto all = failures();
  all.resize(std::min(all.size(), static_cast<std::size_t>(*limit)));
  return std::optional{to_json(all)};
}

outcome debug::top(const shell_call& call) {
  auto message = call_words::read(call.args, {"seconds", "rows"});
  if (!message)
    return message.error();
  auto seconds = message->number("seconds", window_by_default, 1, window_max);
  auto rows = message->number("rows", top_rows, 1, page_max);
  if (!seconds || !rows)
    return seconds ? rows.error() : seconds.error();
  std::string order = message->plain.empty() ? "time" : message->plain[0];
  if (!is_top_order(order) || message->plain.size() > 1)
    return failure{errc::invalid, order + ": mailbox, messages, time, memory or restarts expected"};
  auto token = fmt::format("top:{}", state().next_token++);
  state().samples.emplace(
      token, sample{call.connection, call.id, order, now(), *rows, look_at_work(paths())});
  start_timer(token, std::chrono::seconds{*seconds}, sample_due{token});
  return std::optional<json>{};
}

void debug::on(const sample_due& due) {
  auto found = state().samples.extract(due.token);
  if (found.empty())
    return;
  const auto& one = found.mapped();
  reply(one.connection,
        answer_line(one.id, top_view(one.done_by_then, paths(), one.order, now() - one.taken_at,
                                     static_cast<std::size_t>(one.rows))));
}

} // namespace troupe::debug
