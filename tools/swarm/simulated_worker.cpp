#include "tools/swarm/simulated_worker.hpp"

#include <algorithm>

#include "runtime/wire/pb_login.hpp"

namespace troupe::swarm {

using wire::jelly;

namespace {

/// Of one update; a stock worker's largest (pb.md §10).
constexpr std::int64_t update_bytes_max = 64 * 1024;
/// No more is printed while so much waits to be written.
constexpr std::size_t waiting_bytes_max = 256 * 1024;

jelly text(std::string_view message) {
  return jelly::text(std::string{message});
}

/// The token of a call says what its answer is for: "KIND:COMMAND ID".
std::pair<std::string_view, std::string> split_token(std::string_view token) {
  auto colon = token.find(':');
  if (colon == std::string_view::npos)
    return {token, {}};
  return {token.substr(0, colon), std::string{token.substr(colon + 1)}};
}

jelly command_table() {
  auto all = jelly::dictionary();
  for (auto name : {"shell", "uploadFile", "uploadDirectory", "downloadFile", "mkdir", "rmdir",
                    "cpdir", "stat", "glob", "listdir", "rmfile"})
    all.add(name, text("3.1"));
  return all;
}

} // namespace

std::int64_t seconds_before_try(std::int64_t tries) {
  constexpr std::int64_t seconds[] = {1, 2, 4, 8, 15, 30};
  return seconds[std::min<std::int64_t>(tries, std::ssize(seconds) - 1)];
}

void simulated_worker::connected(double now) {
  broker_ = wire::pb_broker::connecting();
  out.clear();
  running_.clear();
  builds_.clear();
  acknowledging_.clear();
  connected_at_ = now;
  attached_at_ = 0;
  had_command_ = leaving_ = false;
  count_.connections++;
}

void simulated_worker::lost() {
  if (attached_at_ > 0) {
    count_.attached--;
    count_.lost++;
  }
  attached_at_ = 0;
  running_.clear();
}

bool simulated_worker::take(std::string_view incoming, double now) {
  count_.bytes_in += static_cast<std::int64_t>(incoming.size());
  for (auto& event : broker_.take(incoming, out)) {
    if (std::get_if<wire::broker_ready>(&event))
      ask(wire::pb_root, "login", {jelly::raw(name_)}, "login");
    else if (auto* call = std::get_if<wire::broker_call>(&event))
      called(*call, now);
    else if (auto* answer = std::get_if<wire::broker_answer>(&event))
      answered(*answer, now);
    else if (auto* error = std::get_if<wire::broker_error>(&event)) {
      count_.calls_failed++;
      auto [kind, id] = split_token(error->token);
      if (kind == "login" || kind == "respond") {
        count_.refused++;
        return false;
      }
      if (running_.count(id))
        finish(id, 1, now);
    } else if (std::get_if<wire::broker_broken>(&event))
      return false;
  }
  go_on(now);
  return !leaving_ || !out.empty();
}

void simulated_worker::ask(std::int64_t object, std::string_view method, std::vector<jelly> args,
                           std::string token) {
  if (!broker_.call(object, method, std::move(args), {}, std::move(token), out))
    count_.calls_failed++;
}

void simulated_worker::answered(const wire::broker_answer& news, double now) {
  auto [kind, id] = split_token(news.token);
  if (kind == "login") {
    const auto& parts = news.value.items();
    auto* challenge = parts.size() == 2 ? parts[0].as_text() : nullptr;
    auto challenger = parts.size() == 2 ? parts[1].as_remote() : std::nullopt;
    if (!challenge || !challenger) {
      count_.refused++;
      leaving_ = true;
      return;
    }
    ask(*challenger, "respond",
        {jelly::raw(wire::pb_response(password_, *challenge)), jelly::own("bot")}, "respond");
    broker_.give_back(*challenger, out);
  } else if (kind == "respond") {
    attached_at_ = now;
    count_.attached++;
    count_.attach_seconds.push_back(now - connected_at_);
  } else if (kind == "complete") {
    count_.commands++;
    if (auto tag = acknowledging_.extract(id); !tag.empty())
      how_.acknowledged(tag.mapped());
    if (auto object = std::stoll(id); object > 0)
      broker_.give_back(object, out);
  } else if (running_.count(id)) {
    next_transfer(id, kind, news.value, now);
  }
}

void simulated_worker::called(const wire::broker_call& call, double now) {
  if (call.object == "bot") {
    (void)broker_.answer(call.request, bot_called(call), out);
  } else {
    builder_called(call, now);
  }
}

jelly own_builders(const wire::broker_call& call) {
  auto builders = jelly::dictionary();
  if (auto* wanted = call.argument(0, "wanted"))
    for (const auto& one : wanted->items())
      if (auto* name = one.items().empty() ? nullptr : one.items()[0].as_text())
        builders.add(*name, jelly::own(std::string{builder_key} + *name));
  return builders;
}

jelly simulated_worker::bot_called(const wire::broker_call& call) {
  if (call.method == "getWorkerInfo") {
    auto info = jelly::dictionary();
    info.add("admin", text("troupe-swarm\n"));
    info.add("host", text("simulated\n"));
    info.add("system", text("posix"));
    info.add("basedir", text("/simulated/" + name_));
    info.add("numcpus", jelly::integer(1));
    info.add("version", text("3.7.0"));
    info.add("environ", jelly::dictionary());
    info.add("worker_commands", command_table());
    info.add("delete_leftover_dirs", jelly::integer(0));
    return info;
  }
  if (call.method == "getCommands")
    return command_table();
  if (call.method == "getVersion")
    return text("3.7.0");
  if (call.method == "setBuilderList")
    return own_builders(call);
  if (call.method == "shutdown")
    leaving_ = true;
  return jelly::none();
}

void simulated_worker::builder_called(const wire::broker_call& call, double now) {
  auto builder = call.object.substr(std::min(builder_key.size(), call.object.size()));
  if (call.method == "startCommand") {
    start(call, now);
    return;
  }
  if (call.method == "startBuild") {
    count_.builds++;
    builds_[builder] = now;
  } else if (call.method == "interruptCommand") {
    auto* id = call.argument(0, "commandId");
    if (auto found = id && id->as_text() ? running_.find(*id->as_text()) : running_.end();
        found != running_.end() && found->second.how.how != byzantine_fault::deaf
        && found->second.how.how != byzantine_fault::never_ends)
      found->second.interrupted = true;
  }
  (void)broker_.answer(call.request, jelly::none(), out);
}

// The answer goes first, as from a stock worker whose command takes its time.
void simulated_worker::start(const wire::broker_call& call, double now) {
  auto builder = call.object.substr(std::min(builder_key.size(), call.object.size()));
  auto* object = call.argument(0, "command");
  auto* id = call.argument(1, "commandId");
  auto* name = call.argument(2, "commandName");
  auto* args = call.argument(3, "args");
  if (!object || !object->as_remote() || !id || !id->as_text() || !name || !name->as_text()) {
    broker_.fail(call.request, wire::pb_error::type_error("startCommand"), out);
    return;
  }
  command one;
  one.how = how_.begin({now, name_, builder, *name->as_text()});
  if (one.how.how == byzantine_fault::fails_start) {
    broker_.fail(call.request, wire::pb_error::type_error("startCommand"), out);
    broker_.give_back(*object->as_remote(), out);
    return;
  }
  (void)broker_.answer(call.request, jelly::none(), out);
  count_.commands_started++;
  if (!std::exchange(had_command_, true))
    count_.first_command_seconds.push_back(now - attached_at_);
  if (auto begun = builds_.extract(builder); !begun.empty())
    count_.build_to_command_seconds.push_back(now - begun.mapped());
  one.name = *name->as_text();
  one.object = *object->as_remote();
  one.began = now;
  for (auto key : {"writer", "reader"})
    if (auto* transfer = args ? args->find(key) : nullptr; transfer && transfer->as_remote())
      one.transfer = *transfer->as_remote();
  if (one.name == "shell")
    update(one, "header", text(one.how.tag.empty() ? "simulated command\n" : one.how.tag + "\n"));
  make_mischief(one);
  const auto& key = *id->as_text();
  auto& kept = running_.insert_or_assign(key, std::move(one)).first->second;
  if (kept.transfer > 0)
    next_transfer(key, "begin", {}, now);
}

void simulated_worker::make_mischief(const command& one) {
  if (one.how.how == byzantine_fault::talks_to_nobody) {
    ask(one.object, "sing", {}, "update");
    ask(one.object, "update", {jelly::integer(7)}, "update");
  } else if (one.how.how == byzantine_fault::nonsense) {
    update(one, "rc", text("none"));
    update(one, "colour", jelly::integer(7));
    update(one, "stdout", jelly::integer(7));
    update(one, "log", jelly::none());
  }
}

void simulated_worker::update(const command& one, std::string key, jelly value) {
  auto what = jelly::dictionary();
  what.add(std::move(key), std::move(value));
  ask(one.object, "update", {jelly::list({jelly::list({std::move(what), jelly::integer(0)})})},
      "update");
}

void simulated_worker::print_lines(command& one, std::int64_t count) {
  auto length =
      static_cast<std::size_t>(std::clamp<std::int64_t>(one.how.line_bytes, 1, update_bytes_max));
  std::string block;
  block.reserve(length * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    auto end = block.size() + length - 1;
    if (!one.how.tag.empty())
      block += one.how.tag + " " + std::to_string(one.lines_said + i) + " ";
    if (block.size() < end)
      block.append(end - block.size(), 'x');
    block += '\n';
  }
  one.lines_said += count;
  count_.output_bytes += static_cast<std::int64_t>(block.size());
  how_.said(one.how, one.lines_said);
  update(one, "stdout", jelly::text(std::move(block)));
}

// One turn for each command: as many lines as fit into one update.
void simulated_worker::go_on(double now) {
  for (bool more = true; more && out.size() < waiting_bytes_max;) {
    more = false;
    std::vector<std::string> over;
    for (auto& [id, one] : running_) {
      if (one.transfer > 0)
        continue;
      auto lines = one.name == "shell" ? one.how.lines : 0;
      auto due = one.over(now) ? lines : lines / 2;
      if (one.interrupted || (one.over(now) && one.lines_said >= lines)) {
        over.push_back(id);
      } else if (one.lines_said < due) {
        auto at_once = update_bytes_max / std::max<std::int64_t>(1, one.how.line_bytes);
        print_lines(one, std::min(due - one.lines_said, std::max<std::int64_t>(1, at_once)));
        more = true;
      }
    }
    for (const auto& id : over)
      finish(id, running_.at(id).how.rc, now);
  }
}

std::optional<double> simulated_worker::wakes_at() const {
  std::optional<double> next;
  if (out.size() >= waiting_bytes_max)
    return next; // it goes on when that has been taken
  for (const auto& [id, one] : running_)
    if (one.transfer == 0 && (one.interrupted || one.ends()))
      next = std::min(next.value_or(one.ends_at()), one.ends_at());
  return next;
}

void simulated_worker::finish(const std::string& id, std::int64_t rc, double now) {
  auto found = running_.extract(id);
  if (found.empty())
    return;
  const auto& one = found.mapped();
  if (one.name == "stat") {
    jelly::list_type numbers(10, jelly::integer(0));
    numbers[0] = jelly::integer(0100644);
    update(one, "stat", jelly::tuple(std::move(numbers)));
  } else if (one.name == "glob" || one.name == "listdir") {
    update(one, "files", jelly::list());
  }
  bool runs = one.name == "shell";
  auto told = one.interrupted ? -1 : runs ? rc : 0;
  if (one.how.how != byzantine_fault::no_rc)
    update(one, "rc", jelly::integer(told));
  if (!one.interrupted)
    update(one, "elapsed", jelly::real(now - one.began));
  how_.ended(one.how, told);
  auto complete = [&](std::string token) {
    ask(one.object, "complete", {jelly::none()}, std::move(token));
  };
  complete("complete:" + std::to_string(one.object));
  acknowledging_[std::to_string(one.object)] = one.how.tag;
  if (one.how.how == byzantine_fault::ends_twice)
    complete("update");
  if (one.how.how == byzantine_fault::talks_after_end)
    update(one, "stdout", text("after the end\n"));
  if (one.transfer > 0)
    broker_.give_back(one.transfer, out);
}

// Transfers as a worker does them, each call after the answer to the one before. An uploaded file
// is one block, an uploaded folder an empty archive.
void simulated_worker::next_transfer(const std::string& id, std::string_view step,
                                     const jelly& value, double now) {
  auto& one = running_.at(id);
  auto call = [&](const char* method, std::vector<jelly> args) {
    ask(one.transfer, method, std::move(args), std::string{method} + ":" + id);
  };
  if (one.interrupted && step != "close" && step != "unpack") {
    call("close", {});
  } else if (step == "begin") {
    if (one.name == "downloadFile")
      call("read", {jelly::integer(16 * 1024)});
    else
      call("write", {jelly::raw(bytes(one.name == "uploadFile" ? 4096 : 1024, '\0'))});
  } else if (step == "read") {
    auto* block = value.as_text();
    if (block && !block->empty())
      call("read", {jelly::integer(16 * 1024)});
    else
      call("close", {});
  } else if (step == "write") {
    call(one.name == "uploadDirectory" ? "unpack" : "close", {});
  } else {
    finish(id, 0, now);
  }
}

} // namespace troupe::swarm
