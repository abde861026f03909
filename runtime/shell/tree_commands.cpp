// Commands that look at services: one, or the tree of all.
#include "runtime/observation/listing.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/shell/call_words.hpp"
#include "runtime/shell/commands.hpp"
#include "runtime/shell/tree_views.hpp"
#include "runtime/shell/work_done.hpp"

namespace troupe::shell {

namespace {

constexpr auto cell_view_patience = std::chrono::seconds{5};
constexpr std::int64_t page_by_default = 1000, page_max = 10'000;
constexpr std::int64_t depth_max = 1000;
constexpr std::int64_t window_by_default = 1, window_max = 600; ///< Seconds, of `top`.
constexpr std::int64_t top_rows = 30;
constexpr std::int64_t mailbox_rows = 100;

outcome tree(call& by) {
  auto words = call_words::read(by.args, {"depth", "limit", "from"});
  if (!words)
    return words.error();
  auto depth = words->number("depth", depth_max, 0, depth_max);
  auto limit = words->number("limit", page_by_default, 1, page_max);
  if (!depth || !limit)
    return depth ? limit.error() : depth.error();
  std::string top = words->plain.empty() ? "/" : words->plain[0];
  auto option = words->options.find("from");
  bool begins = option == words->options.end();
  for (const auto& path : {top, begins ? top : option->second})
    if (!by.is_there(path))
      return by.nobody_at(path);
  return std::optional{
      tree_view(by.paths().walk(top, begins ? "" : option->second, static_cast<std::size_t>(*limit),
                                static_cast<std::size_t>(*depth)),
                by.now())};
}

outcome list(call& by) {
  std::string top = by.args.empty() ? "/" : by.args[0];
  if (!by.is_there(top))
    return by.nobody_at(top);
  auto page = by.paths().walk(top, {}, static_cast<std::size_t>(page_max), 1);
  page.ports.erase(page.ports.begin()); // itself
  return std::optional{tree_view(page, by.now()).at("services")};
}

outcome hears(call& by) {
  if (!by.is_there(by.args[0]))
    return by.nobody_at(by.args[0]);
  auto* its_kind = by.cell.kinds().find(by.paths().find(by.args[0])->kind.load());
  if (!its_kind)
    return failure{errc::not_found, by.args[0] + " holds no service of a known kind"};
  return std::optional{hears_view(*its_kind)};
}

outcome show(call& by, const char* what) {
  std::int64_t limit = mailbox_rows;
  if (by.args.size() > 1) {
    auto number = read_number(by.args[1]);
    if (!number || *number < 1 || *number > page_max)
      return failure{errc::invalid,
                     fmt::format("{}: a number from 1 to {} expected", by.args[1], page_max)};
    limit = *number;
  }
  if (!by.is_there(by.args[0]))
    return by.nobody_at(by.args[0]);
  return ask_cell(by, by.args[0], what, cell_view_patience, limit);
}
outcome info(call& by) {
  return show(by, "info");
}
outcome state_of(call& by) {
  return show(by, "state");
}
outcome mailbox(call& by) {
  return show(by, "mailbox");
}
outcome crashes(call& by) {
  return show(by, "crashes");
}
outcome links(call& by) {
  return show(by, "links");
}

// The command that reconfigures knows what would change.
outcome config_of(call& by) {
  if (by.args[0] != "diff")
    return show(by, "config");
  by.args = {"--dry-run"};
  return by.at.perform("reconfig", by);
}
outcome config_said(call& by, const runtime::any_message& message) {
  auto answer = cell_said(by, message);
  if (!answer || !*answer)
    return answer;
  return std::optional{without_secrets(std::move(**answer))};
}

outcome restarts(call& by) {
  auto limit = by.args.empty() ? std::optional<std::int64_t>{20} : read_number(by.args[0]);
  if (!limit)
    return failure{errc::invalid, by.args[0] + ": a number expected"};
  auto all = by.cell.failures();
  all.resize(std::min(all.size(), static_cast<std::size_t>(*limit)));
  return std::optional{to_json(all)};
}

// -- top ------------------------------------------------------------------------------------------

/// What services had done when the window began.
struct sample {
  std::string order;
  instant taken_at;
  std::int64_t rows = 0;
  work_done done_by_then;
  TROUPE_FIELDS(order, taken_at, rows, done_by_then)
};

// Nobody is asked: the answer is made when the time is over.
outcome top(call& by) {
  auto words = call_words::read(by.args, {"seconds", "rows"});
  if (!words)
    return words.error();
  auto seconds = words->number("seconds", window_by_default, 1, window_max);
  auto rows = words->number("rows", top_rows, 1, page_max);
  if (!seconds || !rows)
    return seconds ? rows.error() : seconds.error();
  std::string order = words->plain.empty() ? "time" : words->plain[0];
  if (!is_top_order(order) || words->plain.size() > 1)
    return failure{errc::invalid, order + ": mailbox, messages, time, memory or restarts expected"};
  by.ask({}, std::chrono::seconds{*seconds},
         to_json(sample{order, by.now(), *rows, look_at_work(by.paths())}));
  return later;
}
outcome top_due(call& by) {
  sample then;
  if (auto read = from_json(then, by.kept); !read)
    return read.error();
  return std::optional{top_view(then.done_by_then, by.paths(), then.order, by.now() - then.taken_at,
                                static_cast<std::size_t>(then.rows))};
}

} // namespace

const command_table& tree_commands() {
  constexpr auto group = category::services;
  static const command_table table{
      {"tree", "[PATH] [--depth N] [--limit N] [--from PATH]",
       "the services, with state, restarts and mailbox", "tree /botmaster --depth 1", group, 0, 7,
       tree},
      {"ls", "[PATH]", "what is right below a service", "ls /botmaster/builders", group, 0, 1,
       list},
      {"info", "PATH", "how a service is run: policy, patience, timers", "info /db", group, 1, 1,
       info, false, cell_said},
      {"state", "PATH", "everything a service knows", "state /change_svc", group, 1, 1, state_of,
       false, cell_said},
      {"config", "PATH|diff", "what a service was configured with; what a reconfig would change",
       "config /botmaster/brd", group, 1, 1, config_of, false, config_said},
      {"hears", "PATH", "the messages a service takes", "hears /botmaster/brd", group, 1, 1, hears},
      {"mailbox", "PATH [N]", "what waits to be taken", "mailbox /db 10", group, 1, 2, mailbox,
       false, cell_said},
      {"links", "PATH", "the peers of a service, with the messages in both directions", "links /db",
       group, 1, 1, links, false, cell_said},
      {"crashes", "PATH", "how a service, and what was below it, failed of late",
       "crashes /workers", group, 1, 1, crashes, false, cell_said},
      {"restarts", "[N]", "the last failures of all services", "restarts 20", group, 0, 1,
       restarts},
      {"top", "[mailbox|messages|time|memory|restarts] [--seconds N] [--rows N]",
       "the busiest services over a window", "top time --seconds 5", group, 0, 5, top, false,
       nullptr, top_due},
  };
  return table;
}

} // namespace troupe::shell
