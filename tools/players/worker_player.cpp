#include "tools/players/worker_player.hpp"

#include "tools/swarm/simulated_worker.hpp"

namespace troupe::players {

using wire::jelly;

namespace {

using swarm::builder_key;
constexpr std::string_view command_names[] = {
    "shell", "uploadFile", "uploadDirectory", "downloadFile", "mkdir", "rmdir", "cpdir",
    "stat",  "glob",       "listdir",         "rmfile"};
/// No more is said while so much waits to be written.
constexpr std::size_t waiting_bytes_max = 256 * 1024;

/// A command that was cut off goes on for so long behind what is known of it: what cut it off, the
/// end of its worker most of all, comes first.
constexpr span cut_off_grace = std::chrono::seconds{10};

/// "transfer:ID", "complete:OBJECT", …
std::pair<std::string, std::string> split_token(const std::string& token) {
  auto colon = token.find(':');
  return {token.substr(0, colon), colon == std::string::npos ? "" : token.substr(colon + 1)};
}

jelly plain_commands() {
  auto all = jelly::dictionary();
  for (auto name : command_names)
    all.add(std::string{name}, jelly::text("3.1"));
  return all;
}

jelly plain_info(const std::string& name) {
  auto info = jelly::dictionary();
  info.add("system", jelly::text("posix"));
  info.add("basedir", jelly::text("/played/" + name));
  info.add("numcpus", jelly::integer(1));
  info.add("version", jelly::text("3.7.0"));
  info.add("environ", jelly::dictionary());
  info.add("worker_commands", plain_commands());
  info.add("delete_leftover_dirs", jelly::integer(0));
  return info;
}

} // namespace

worker_player::worker_player(role what, const recorded_responses& from, worker_tally& count)
  : pb_player{what.name, what.password, jelly::own("bot")}, role_{std::move(what)}, from_{from},
    count_{count} {}

void worker_player::connected(span now) {
  pb_player::connected(now);
  running_.clear();
  attached_ = leaving_ = false;
}

void worker_player::lost(span) {
  running_.clear();
  attached_ = false;
}

bool worker_player::take(std::string_view came, span now) {
  if (!pb_player::take(came, now))
    return false;
  go_on(now);
  return !leaving_ || !out_.empty();
}

bool worker_player::wake(span now) {
  go_on(now);
  return !leaving_ || !out_.empty();
}

std::optional<span> worker_player::wakes_at() const {
  if (leaving_ && out_.empty())
    return span{0};
  if (out_.size() >= waiting_bytes_max)
    return std::nullopt; // it goes on when there is room
  std::optional<span> next;
  for (const auto& [id, one] : running_)
    if (!one.waits)
      next = std::min(next.value_or(span::max()), due(one));
  return next;
}

bool worker_player::admitted(const jelly&, span) {
  attached_ = true;
  count_.attached++;
  return true;
}

void worker_player::refused(const std::string& message, span) {
  count_.refused++;
  count_.refusal = role_.name + ": " + message;
}

// -- what it is asked -----------------------------------------------------------------------------

bool worker_player::called(const wire::broker_call& call, span now) {
  if (call.object == "bot") {
    (void)broker_.answer(call.request, bot_called(call), out_);
    return true;
  }
  auto builder = call.object.substr(std::min(builder_key.size(), call.object.size()));
  if (call.method == "startCommand") {
    start(builder, call, now);
    return true;
  }
  if (call.method == "startBuild")
    count_.builds++;
  else if (call.method == "interruptCommand")
    interrupt(builder);
  (void)broker_.answer(call.request, jelly::none(), out_);
  return true;
}

jelly worker_player::bot_called(const wire::broker_call& call) {
  if (call.method == "getWorkerInfo")
    return role_.info.is_none() ? plain_info(role_.name) : role_.info;
  if (call.method == "getCommands") {
    const auto* known = role_.info.find("worker_commands");
    return known ? *known : plain_commands();
  }
  if (call.method == "getVersion")
    return jelly::text("3.7.0");
  if (call.method == "setBuilderList")
    return swarm::own_builders(call);
  if (call.method == "shutdown")
    leaving_ = shut_down_ = true;
  return jelly::none();
}

// The answer goes first, as from a stock worker.
void worker_player::start(const std::string& builder, const wire::broker_call& call, span now) {
  auto* object = call.argument(0, "command");
  auto* id = call.argument(1, "commandId");
  auto* name = call.argument(2, "commandName");
  auto* args = call.argument(3, "args");
  if (!object || !object->as_remote() || !id || !id->as_text() || !name || !name->as_text()) {
    broker_.fail(call.request, wire::pb_error::type_error("startCommand"), out_);
    return;
  }
  (void)broker_.answer(call.request, jelly::none(), out_);
  auto piece = from_.next(builder, *name->as_text(), args ? *args : jelly::dictionary(), places_);
  count_.commands++;
  count_.nearest += piece.why == fit::nearest;
  count_.unknown += piece.why == fit::none;
  performance one;
  one.builder = builder;
  one.name = *name->as_text();
  one.how = piece.how;
  one.command = *object->as_remote();
  one.began = now;
  for (auto key : {"writer", "reader"})
    if (auto* transfer = args ? args->find(key) : nullptr; transfer && transfer->as_remote())
      one.transfer = *transfer->as_remote();
  running_.insert_or_assign(*id->as_text(), std::move(one));
}

// A stock worker interrupts whatever runs for that builder, but for what has no child process.
void worker_player::interrupt(const std::string& builder) {
  for (auto& [id, one] : running_)
    if (one.builder == builder && (one.name == "shell" || one.transfer > 0)) {
      one.interrupted = true;
      count_.interrupted++;
    }
}

// -- what it says ---------------------------------------------------------------------------------

span worker_player::due(const performance& one) const {
  const auto& calls = one.how->calls;
  if (one.interrupted)
    return one.began;
  auto after = one.next < calls.size() ? calls[one.next].after : one.how->lasted + cut_off_grace;
  return one.began
         + span{static_cast<std::int64_t>(static_cast<double>(after.count()) / role_.speed)};
}

void worker_player::go_on(span now) {
  for (bool more = true; more && out_.size() < waiting_bytes_max;) {
    more = false;
    for (auto i = running_.begin(); i != running_.end() && out_.size() < waiting_bytes_max;) {
      auto& [id, one] = *i;
      if (one.waits || due(one) > now) {
        ++i;
      } else if (play_next(id, one, now)) {
        i = running_.erase(i);
      } else {
        more = true;
        ++i;
      }
    }
  }
}

/// True: that was the last.
bool worker_player::play_next(const std::string& id, performance& one, span) {
  const auto& calls = one.how->calls;
  if (one.interrupted || one.next >= calls.size()) // or what was recorded was cut off
    return break_off(id, one);
  const auto& call = calls[one.next];
  bool reads = call.object == "reader" && call.method == "read";
  if (one.reads_more && !reads) { // this file is longer than the recorded one
    call_transfer(id, one, "read", {jelly::integer(16 * 1024)});
    return false;
  }
  one.next++;
  if (call.object.empty()) {
    if (call.method == "complete") {
      complete(one, call.args.empty() ? jelly::none() : call.args[0]);
      return true;
    }
    ask(one.command, call.method, call.args, "update");
  } else if (one.transfer > 0) {
    call_transfer(id, one, call.method, call.args);
  }
  return false;
}

/// What cannot be called any more is over.
void worker_player::call_transfer(const std::string& id, performance& one,
                                  const std::string& method, std::vector<jelly> args) {
  one.closed = one.closed || method == "close";
  one.waits = ask(one.transfer, method, std::move(args), "transfer:" + id);
  if (!one.waits)
    one.closed = one.interrupted = true;
}

// As a stock worker whose command was killed.
bool worker_player::break_off(const std::string& id, performance& one) {
  if (one.transfer > 0 && !one.closed) {
    call_transfer(id, one, "close", {});
    return false;
  }
  update(one, "rc", jelly::integer(one.transfer > 0 ? 1 : -1));
  complete(one, jelly::none());
  return true;
}

void worker_player::update(const performance& one, std::string key, jelly value) {
  auto what = jelly::dictionary();
  what.add(std::move(key), std::move(value));
  ask(one.command, "update", {jelly::list({jelly::list({std::move(what), jelly::integer(0)})})},
      "update");
}

void worker_player::complete(const performance& one, jelly failure) {
  ask(one.command, "complete", {std::move(failure)}, "complete:" + std::to_string(one.command));
  if (one.transfer > 0)
    broker_.give_back(one.transfer, out_);
}

bool worker_player::answered(const std::string& token, const jelly& value, span) {
  auto [kind, id] = split_token(token);
  if (kind == "complete") {
    count_.completed++;
    broker_.give_back(std::stoll(id), out_);
  } else if (auto found = running_.find(id); kind == "transfer" && found != running_.end()) {
    auto& one = found->second;
    one.waits = false;
    auto* block = value.as_text(); // only `read` is answered with text
    one.reads_more = block && !block->empty();
    if (block && block->empty()) // what else was read is not there
      while (one.next < one.how->calls.size() && one.how->calls[one.next].method == "read")
        one.next++;
  }
  return true;
}

bool worker_player::failed(const std::string& token, const std::string&, span) {
  count_.calls_failed++;
  auto [kind, id] = split_token(token);
  if (auto found = running_.find(id); kind == "transfer" && found != running_.end()) {
    found->second.waits = false;
    found->second.interrupted = found->second.closed = true;
  }
  return true;
}

} // namespace troupe::players
