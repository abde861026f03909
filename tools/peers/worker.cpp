#include "tools/peers/worker.hpp"

#include <algorithm>

namespace troupe::peers {

using wire::jelly;

namespace {

/// Responses pause while so much waits to be written.
constexpr std::size_t waiting_bytes_max = 256 * 1024;

/// The token of a call says what its answer is for: "transfer:COMMAND ID", "complete:OBJECT".
std::pair<std::string, std::string> split_token(const std::string& token) {
  auto colon = token.find(':');
  return {token.substr(0, colon), colon == std::string::npos ? "" : token.substr(colon + 1)};
}

} // namespace

jelly strategy::info(const std::string& worker) const {
  auto info = jelly::dictionary();
  info.add("admin", jelly::text("troupe-swarm\n"));
  info.add("host", jelly::text("simulated\n"));
  return stock_info("/simulated/" + worker, std::move(info));
}

std::chrono::seconds wait_before_try(std::int64_t tries) {
  constexpr std::int64_t seconds[] = {1, 2, 4, 8, 15, 30};
  return std::chrono::seconds{seconds[std::min<std::int64_t>(tries, std::ssize(seconds) - 1)]};
}

void worker::connected(span now) {
  pb_peer::connected(now);
  running_.clear();
  attached_ = leaving_ = false;
}

void worker::lost(span) {
  running_.clear();
  attached_ = false;
}

bool worker::take(std::string_view came, span now) {
  return pb_peer::take(came, now) && wake(now);
}

bool worker::wake(span now) {
  advance(now);
  return !leaving_ || !out_.empty();
}

std::optional<span> worker::wakes_at() const {
  if (leaving_ && out_.empty())
    return span{0};
  std::optional<span> next;
  if (out_.size() >= waiting_bytes_max)
    return next; // it goes on when there is room
  for (const auto& [id, one] : running_)
    if (auto due = one->due())
      next = std::min(next.value_or(*due), *due);
  return next;
}

bool worker::admitted(const jelly&, span now) {
  attached_ = true;
  count_.attached++;
  how_.attached(now);
  return true;
}

void worker::refused(const std::string& message, span) {
  count_.refused++;
  count_.refusal = name() + ": " + message;
}

// -- calls of the master --------------------------------------------------------------------------

bool worker::called(const wire::broker_call& call, span now) {
  if (call.object == "bot") {
    (void)broker_.answer(call.request, bot_called(call), out_);
    return true;
  }
  auto builder = call.object.substr(std::min(builder_key.size(), call.object.size()));
  if (call.method == "startCommand") {
    start(builder, call, now);
    return true;
  }
  if (call.method == "startBuild") {
    count_.builds++;
    how_.build_started(builder, now);
  } else if (call.method == "interruptCommand") {
    interrupt(builder);
  }
  (void)broker_.answer(call.request, jelly::none(), out_);
  return true;
}

jelly worker::bot_called(const wire::broker_call& call) {
  if (call.method == "getWorkerInfo")
    return how_.info(name());
  if (call.method == "getCommands") {
    auto info = how_.info(name());
    const auto* known = info.find("worker_commands");
    return known ? *known : stock_command_table();
  }
  if (call.method == "getVersion")
    return jelly::text(std::string{stock_version});
  if (call.method == "setBuilderList")
    return own_builders(call);
  if (call.method == "shutdown")
    leaving_ = shut_down_ = true;
  return jelly::none();
}

// The answer goes first, as from a stock worker whose command takes its time.
void worker::start(const std::string& builder, const wire::broker_call& call, span now) {
  auto* object = call.argument(0, "command");
  auto* id = call.argument(1, "commandId");
  auto* command_name = call.argument(2, "commandName");
  auto* args = call.argument(3, "args");
  if (!object || !object->as_remote() || !id || !id->as_text() || !command_name
      || !command_name->as_text()) {
    broker_.fail(call.request, wire::pb_error::type_error("startCommand"), out_);
    return;
  }
  command made{name(), builder, *command_name->as_text(), *object->as_remote(), 0, now};
  for (auto key : {"writer", "reader"})
    if (auto* transfer = args ? args->find(key) : nullptr; transfer && transfer->as_remote())
      made.transfer = *transfer->as_remote();
  auto how = how_.respond(made, args ? *args : jelly::dictionary());
  if (!how) {
    broker_.fail(call.request, wire::pb_error::type_error("startCommand"), out_);
    give_back(made.object);
    return;
  }
  (void)broker_.answer(call.request, jelly::none(), out_);
  count_.commands++;
  how->attach(*this, *id->as_text());
  how->begin();
  running_.insert_or_assign(*id->as_text(), std::move(how));
}

// A stock worker interrupts all that runs for the builder.
void worker::interrupt(const std::string& builder) {
  for (auto& [id, one] : running_)
    if (one->of().builder == builder)
      count_.interrupted += one->interrupt();
}

// -- calls of its own -----------------------------------------------------------------------------

// In each round every command that is due makes one call; then those end that are over.
void worker::advance(span now) {
  for (bool more = true; more && out_.size() < waiting_bytes_max;) {
    more = false;
    std::vector<std::string> ended;
    for (auto& [id, one] : running_) {
      auto progress = one->advance(now);
      if (progress == response::progress::ended)
        ended.push_back(id);
      more = more || progress == response::progress::called;
    }
    for (const auto& id : ended) {
      auto one = running_.extract(id);
      one.mapped()->finish(now);
      if (auto transfer = one.mapped()->of().transfer; transfer > 0)
        give_back(transfer);
    }
  }
}

response* worker::transferring(const std::string& token) {
  auto [kind, id] = split_token(token);
  auto found = running_.find(id);
  return kind == "transfer" && found != running_.end() ? found->second.get() : nullptr;
}

bool worker::answered(const std::string& token, const jelly& value, span) {
  if (auto* one = transferring(token)) {
    one->transfer_answered(value);
  } else if (auto [kind, object] = split_token(token); kind == "complete") {
    count_.completed++;
    give_back(std::stoll(object));
  }
  return true;
}

bool worker::failed(const std::string& token, const std::string&, span) {
  count_.calls_failed++;
  if (auto* one = transferring(token))
    one->transfer_failed();
  return true;
}

} // namespace troupe::peers
