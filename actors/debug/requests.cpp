// Requests of the shell, and the answers that are awaited.
#include "actors/debug/debug.hpp"
#include "actors/debug/table.hpp"
#include "storage/tables/operations.hpp"

namespace troupe::debug {

using shell::call;
using shell::outcome;

namespace {

std::string token_of(std::int64_t number) {
  return fmt::format("shell:{}", number);
}

} // namespace

// -- requests -------------------------------------------------------------------------------------

std::int64_t debug::open_requests(std::int64_t connection) {
  auto of_it = [&](const auto& one) { return one.second.connection == connection; };
  return std::count_if(state().questions.begin(), state().questions.end(), of_it)
         + streams_now().open(connection);
}

const shell::surroundings& debug::surroundings_now() {
  surroundings_ = {config().version, config().journal};
  return surroundings_;
}

void debug::take_line(std::int64_t connection, const std::string& line) {
  state().requests++;
  auto request = read_request(line);
  if (!request) {
    write_line(host(), connection, error_line(0, request.error()));
    return;
  }
  call by{host(),     *this,      surroundings_now(), find_command(request->command),
          connection, request->id};
  by.who = state().peers[connection].name;
  by.args = std::move(request->args);
  if (!by.what)
    reply(by, no_such_command(request->command));
  else
    reply(by, answer(by));
}

/// A request that is answered at once, or refused, awaits nothing more.
outcome debug::answer(call& by) {
  const auto& command = *by.what;
  if (by.args.size() < command.args_min || by.args.size() > command.args_max)
    return failure{errc::invalid, fmt::format("usage: {} {}", command.name, command.usage)};
  if (open_requests(by.connection) >= requests_max)
    return failure{errc::refused, "too many requests are open on this connection"};
  auto first_token = state().next_token;
  auto said = by.args;
  auto answered = command.run ? command.run(by) : own_answer(by);
  by.args = std::move(said);
  by.what = &command;
  if (!answered || *answered)
    for (auto number = first_token; number < state().next_token; ++number)
      forget_question(token_of(number));
  if (answered && command.writes && !by.changes_nothing)
    record(by);
  return answered;
}

outcome debug::perform(std::string_view name, call& by) {
  by.what = find_command(name);
  return by.what->run(by);
}

outcome debug::own_answer(const call& by) {
  auto on = streams_now();
  return by.what->name == "watch"  ? on.watch(by)
         : by.what->name == "log"  ? on.follow_log(by)
         : by.what->name == "more" ? on.more(by)
                                   : on.end(by);
}

/// Who changed what, for good.
void debug::record(const call& by) {
  if (!state().next_act)
    state().next_act = act_id{storage::max_act_id(store().read()).value + 1};
  records::act done;
  done.id = state().next_act++;
  done.at = now();
  done.who = by.who;
  done.command.emplace_back(by.what->name);
  for (const auto& word : by.args)
    done.command.push_back(word);
  log(runtime::level::info, "{} said: {}", done.who, fmt::join(done.command, " "));
  runtime::transaction work;
  work.work.put(done);
  if (done.id.value > records::operations_kept)
    work.work.erase<records::act>({act_id{done.id.value - records::operations_kept}});
  commit(std::move(work));
}

void debug::reply(const call& to, const outcome& answer) {
  if (!answer)
    write_line(host(), to.connection, error_line(to.id, answer.error()));
  else if (*answer)
    write_line(host(), to.connection, answer_line(to.id, **answer));
}

void debug::say(const call& to, const json& part) {
  write_line(host(), to.connection, answer_line(to.id, part, true));
}

// -- what is awaited ------------------------------------------------------------------------------

std::string debug::ask(const call& by, std::string path, span patience, json kept) {
  auto token = token_of(state().next_token++);
  state().questions.emplace(token, question{by.connection, by.id, std::move(path), now() + patience,
                                            std::string{by.what->name}});
  if (!kept.is_null())
    state().inquiries.emplace(token, std::move(kept));
  start_timer(token, patience, question_overdue{token});
  return token;
}

std::optional<call> debug::call_of(const std::string& token) {
  auto found = state().questions.find(token);
  auto* command = found == state().questions.end() ? nullptr : find_command(found->second.command);
  if (!command)
    return std::nullopt;
  const auto& asked = found->second;
  call of{host(), *this, surroundings_now(), command, asked.connection, asked.id};
  if (auto peer = state().peers.find(asked.connection); peer != state().peers.end())
    of.who = peer->second.name;
  of.token = token;
  of.path = asked.path;
  if (auto kept = state().inquiries.find(token); kept != state().inquiries.end())
    of.kept = kept->second;
  return of;
}

void debug::forget_question(const std::string& token) {
  if (state().questions.erase(token) == 0)
    return;
  state().inquiries.erase(token);
  cancel_timer(token);
}

void debug::settle(call& by, const outcome& answer) {
  if (!by.stays_open)
    forget_question(by.token);
  reply(by, answer);
}

void debug::take_answer(const std::string& token) {
  auto by = call_of(token);
  if (by && by->what->answered)
    settle(*by, by->what->answered(*by, current()));
}

// A cell that was gone when the command arrived is answered for by ours, which knows no token.
void debug::on(const runtime::cell_answer& answer) {
  auto token = answer.token;
  for (const auto& [one, asked] : state().questions)
    if (token.empty() && asked.path == answer.path)
      token = one;
  take_answer(token);
}

void debug::on(const question_overdue& due) {
  auto by = call_of(due.token);
  if (!by)
    return;
  if (by->what->overdue) {
    settle(*by, by->what->overdue(*by));
    return;
  }
  auto message = by->path + " did not answer in time";
  for (const auto& one : stuck())
    if (one.path == by->path)
      message = fmt::format("{}: it has been handling {} for {:.1f} s", message, one.handling,
                            in_seconds(one.since));
  settle(*by, failure{errc::timeout, message});
}

/// Those of a connection; without one, all.
void debug::drop_questions(std::optional<std::int64_t> connection) {
  std::vector<std::string> tokens;
  for (const auto& [token, asked] : state().questions)
    if (!connection || asked.connection == *connection)
      tokens.push_back(token);
  for (const auto& token : tokens) {
    if (auto by = call_of(token); by && by->what->dropped)
      by->what->dropped(*by);
    if (connection)
      forget_question(token);
  }
}

} // namespace troupe::debug
