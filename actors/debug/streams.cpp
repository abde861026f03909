#include "actors/debug/streams.hpp"

#include "actors/data/lookup.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/secrets/vault.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::debug {

using shell::call;
using shell::outcome;

namespace {

/// Events say when a log has grown; this often it is looked at in any case.
constexpr auto follow_pause = std::chrono::seconds{1};
constexpr std::string_view log_topics = "logs/";

std::string stream_key(std::int64_t connection, std::int64_t id) {
  return fmt::format("{}:{}", connection, id);
}

std::string follow_timer(const std::string& key) {
  return "follow:" + key;
}

std::string common_start(std::string a, const std::string& b) {
  auto end = std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first;
  a.erase(end, a.end());
  return a;
}

} // namespace

void write_line(runtime::context& cell, std::int64_t connection, std::string line) {
  cell.secrets().hide_in(line);
  cell.send(cell.address_of(io::io_loop_path),
            runtime::any_message{io::write_bytes{connection, std::move(line)}});
}

// One subscription serves all who watch or follow: what all their topics begin with.
void streams::subscribe() {
  std::optional<std::string> prefix;
  for (const auto& [key, one] : is_.watches)
    prefix = prefix ? common_start(*prefix, one.prefix) : one.prefix;
  for (const auto& [key, one] : is_.logs)
    if (one.follow)
      prefix = prefix ? common_start(*prefix, std::string{log_topics}) : std::string{log_topics};
  runtime::any_message message;
  if (prefix)
    message = status::subscribe_events{cell_.me(), *prefix, {}, false};
  else
    message = status::unsubscribe_events{cell_.me()};
  cell_.send(cell_.address_of(status::status_path), std::move(message));
}

void streams::resubscribe() {
  if (!is_.watches.empty() || !is_.logs.empty())
    subscribe();
}

outcome streams::watch(const call& by) {
  auto key = stream_key(by.connection, by.id);
  is_.watches.insert_or_assign(
      key, event_stream{by.connection, by.id, by.args.empty() ? "" : by.args[0]});
  subscribe();
  return shell::later;
}

void streams::take(const status::event& news) {
  json shown;
  for (const auto& [key, one] : is_.watches)
    if (std::string_view{news.topic}.substr(0, one.prefix.size()) == one.prefix) {
      if (shown.is_null())
        shown = to_json(news);
      write_line(cell_, one.connection, answer_line(one.id, shown, true));
    }
  std::vector<std::string> grown;
  for (const auto& [key, one] : is_.logs)
    if (one.follow && news.topic.rfind(fmt::format("{}{}/", log_topics, one.log.value), 0) == 0)
      grown.push_back(key);
  for (const auto& key : grown)
    send_pages(key);
}

outcome streams::follow_log(const call& by) {
  auto words = by.args;
  bool follow = std::erase(words, "--follow") > 0;
  if (words.size() < 2 || words.size() > 3)
    return failure{errc::invalid, "usage: log BUILDER/NUMBER STEP [LOG] [--follow]"};
  auto from = by.read();
  auto build = data::find_named_build(from, words[0]);
  if (!build)
    return build.error();
  auto log = data::find_named_log(from, *build, words[1], words.size() > 2 ? words[2] : "");
  if (!log)
    return log.error();
  auto key = stream_key(by.connection, by.id);
  is_.logs.insert_or_assign(key, log_stream{by.connection, by.id, log->id, follow});
  if (follow)
    subscribe();
  send_pages(key);
  return shell::later;
}

// As many pages as the peer is ready to take; a page is what the store keeps as one. Whether the
// log is complete is asked before its content, or lines stored in between would be missed.
void streams::send_pages(const std::string& key) {
  auto found = is_.logs.find(key);
  if (found == is_.logs.end())
    return;
  auto& one = found->second;
  storage::store_access store{cell_.store(), cell_.effect_log()};
  auto record = storage::find_log(store.read(), one.log);
  if (!record) {
    write_line(cell_, one.connection, error_line(one.id, {errc::not_found, "the log is gone"}));
    close(key);
    return;
  }
  while (one.pages > 0) {
    auto chunk = store.itself().logs().chunk_at(one.log, record->created_at, one.next_line);
    if (!chunk)
      break;
    boost::json::object page;
    page["first_line"] = chunk->first_line;
    page["lines"] = chunk->count;
    page["type"] = std::string(1, static_cast<char>(record->type));
    page["text"] = to_json(chunk->text);
    write_line(cell_, one.connection, answer_line(one.id, std::move(page), true));
    one.next_line = chunk->first_line + chunk->count;
    one.pages--;
  }
  if (one.pages == 0)
    return; // the peer says when it wants more
  if (one.follow && !record->complete) {
    cell_.start_timer(follow_timer(key), follow_pause, runtime::any_message{follow_due{key}});
    return;
  }
  write_line(cell_, one.connection,
             answer_line(one.id, boost::json::object{{"lines", one.next_line},
                                                     {"complete", record->complete}}));
  close(key);
}

void streams::close(const std::string& key) {
  cell_.cancel_timer(follow_timer(key));
  if (is_.logs.erase(key) + is_.watches.erase(key) > 0)
    subscribe();
}

outcome streams::more(const call& by) {
  auto found = is_.logs.find(stream_key(by.connection, by.id));
  if (found != is_.logs.end()) {
    bool waited = found->second.pages == 0;
    found->second.pages = std::min(found->second.pages + 1, pages_ahead_max);
    if (waited)
      send_pages(found->first);
  }
  return shell::later;
}

outcome streams::end(const call& by) {
  auto key = stream_key(by.connection, by.id);
  if (!is_.logs.count(key) && !is_.watches.count(key))
    return failure{errc::not_found, "there is no such answer to end"};
  close(key);
  return std::optional{json(nullptr)};
}

void streams::drop_peer(std::int64_t connection) {
  auto of_it = [&](const auto& one) { return one.second.connection == connection; };
  for (auto& [key, one] : is_.logs)
    if (one.connection == connection)
      cell_.cancel_timer(follow_timer(key));
  bool streamed = std::erase_if(is_.watches, of_it) + std::erase_if(is_.logs, of_it) > 0;
  if (streamed)
    subscribe();
}

std::int64_t streams::open(std::int64_t connection) const {
  auto of_it = [&](const auto& one) { return one.second.connection == connection; };
  auto count = [&](const auto& all) { return std::count_if(all.begin(), all.end(), of_it); };
  return count(is_.watches) + count(is_.logs);
}

} // namespace troupe::debug
