// Answers that go on: what happens in the master, and the content of logs.
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::debug {

namespace {

/// Events say when a log has grown; this often it is looked at in any case.
constexpr auto follow_pause = std::chrono::seconds{1};
constexpr std::string_view log_topics = "logs/";

std::string stream_key(std::int64_t connection, std::int64_t id) {
  return fmt::format("{}:{}", connection, id);
}

std::string common_start(std::string a, const std::string& b) {
  auto end = std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first;
  a.erase(end, a.end());
  return a;
}

} // namespace

// One subscription serves all who watch or follow: what all their topics begin with.
void debug::subscribe() {
  std::optional<std::string> prefix;
  for (const auto& [key, one] : state().watches)
    prefix = prefix ? common_start(*prefix, one.prefix) : one.prefix;
  for (const auto& [key, one] : state().logs)
    if (one.follow)
      prefix = prefix ? common_start(*prefix, std::string{log_topics}) : std::string{log_topics};
  if (prefix)
    send(address_of(status::status_path), status::subscribe_events{me(), *prefix, {}, false});
  else
    send(address_of(status::status_path), status::unsubscribe_events{me()});
}

// `/status` has forgotten its subscribers.
void debug::on(const status::publisher_restarted&) {
  if (!state().watches.empty() || !state().logs.empty())
    subscribe();
}

outcome debug::watch(const shell_call& call) {
  auto key = stream_key(call.connection, call.id);
  state().watches.insert_or_assign(
      key, event_stream{call.connection, call.id, call.args.empty() ? "" : call.args[0]});
  subscribe();
  return std::optional<json>{};
}

void debug::on(const status::event& news) {
  json shown;
  for (const auto& [key, one] : state().watches)
    if (std::string_view{news.topic}.substr(0, one.prefix.size()) == one.prefix) {
      if (shown.is_null())
        shown = to_json(news);
      reply(one.connection, answer_line(one.id, shown, true));
    }
  std::vector<std::string> grown;
  for (const auto& [key, one] : state().logs)
    if (one.follow && news.topic.rfind(fmt::format("{}{}/", log_topics, one.log.value), 0) == 0)
      grown.push_back(key);
  for (const auto& key : grown)
    send_pages(key);
}

outcome debug::log_of(const shell_call& call) {
  auto message = call.args;
  bool follow = std::erase(message, "--follow") > 0;
  if (message.size() < 2 || message.size() > 3)
    return failure{errc::invalid, "usage: log BUILDER/NUMBER STEP [LOG] [--follow]"};
  auto from = store().read();
  auto build = find_named_build(from, message[0]);
  if (!build)
    return build.error();
  auto log = find_named_log(from, *build, message[1], message.size() > 2 ? message[2] : "");
  if (!log)
    return log.error();
  auto key = stream_key(call.connection, call.id);
  state().logs.insert_or_assign(key, log_stream{call.connection, call.id, log->id, follow});
  if (follow)
    subscribe();
  send_pages(key);
  return std::optional<json>{};
}

// As many pages as the peer is ready to take; a page is what the store keeps as one. Whether the
// log is complete is asked before its content, or lines stored in between would be missed.
void debug::send_pages(const std::string& key) {
  auto found = state().logs.find(key);
  if (found == state().logs.end())
    return;
  auto& one = found->second;
  auto record = storage::find_log(store().read(), one.log);
  if (!record) {
    reply(one.connection, error_line(one.id, {errc::not_found, "the log is gone"}));
    end_stream(key);
    return;
  }
  while (one.pages > 0) {
    auto chunk = store().itself().logs().chunk_at(one.log, record->created_at, one.next_line);
    if (!chunk)
      break;
    boost::json::object page;
    page["first_line"] = chunk->first_line;
    page["lines"] = chunk->count;
    page["type"] = std::string(1, static_cast<char>(record->type));
    page["text"] = to_json(chunk->text);
    reply(one.connection, answer_line(one.id, std::move(page), true));
    one.next_line = chunk->first_line + chunk->count;
    one.pages--;
  }
  if (one.pages == 0)
    return; // the peer says when it wants more
  if (one.follow && !record->complete) {
    start_timer("follow:" + key, follow_pause, follow_due{key});
    return;
  }
  reply(one.connection, answer_line(one.id, boost::json::object{{"lines", one.next_line},
                                                                {"complete", record->complete}}));
  end_stream(key);
}

void debug::end_stream(const std::string& key) {
  forget("follow:" + key);
  if (state().logs.erase(key) + state().watches.erase(key) > 0)
    subscribe();
}

outcome debug::more(const shell_call& call) {
  auto found = state().logs.find(stream_key(call.connection, call.id));
  if (found != state().logs.end()) {
    bool waited = found->second.pages == 0;
    found->second.pages = std::min(found->second.pages + 1, pages_ahead_max);
    if (waited)
      send_pages(found->first);
  }
  return std::optional<json>{};
}

outcome debug::end(const shell_call& call) {
  auto key = stream_key(call.connection, call.id);
  if (!state().logs.count(key) && !state().watches.count(key))
    return failure{errc::not_found, "there is no such answer to end"};
  end_stream(key);
  return std::optional{json(nullptr)};
}

void debug::on(const follow_due& due) {
  send_pages(due.stream);
}

} // namespace troupe::debug
