#include "actors/change_svc/change_manager.hpp"

#include "actors/config/rendering/filter.hpp"
#include "storage/store.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::change_svc {

using records::change;
using records::sourcestamp;

namespace {

/// Changes read from the store at a time for a listener that has fallen behind.
constexpr std::size_t replay_page = 500;
constexpr auto cache_report_pause = std::chrono::seconds{10};

std::uint64_t line_of(const change& what) {
  return digest(std::pair{what.branch, std::vector{what.repository, what.project, what.codebase}});
}

std::uint64_t content_of(const sourcestamp& what) {
  auto bare = what;
  bare.id = {};
  bare.created_at = {};
  return digest(bare);
}

} // namespace

void change_manager::init() {
  auto from = store().read();
  state().announced = storage::max_change_id(from);
  state().next_change = change_id{state().announced.value + 1};
  state().next_stamp = sourcestamp_id{storage::max_sourcestamp_id(from).value + 1};
  state().next_patch = patch_id{storage::max_patch_id(from).value + 1};
  state().stored_stamp = storage::max_sourcestamp_id(from);
  send(config().listeners_parent, publisher_restarted{});
  report_caches();
}

// The sender of the message that failed is told: no message is handled twice.
void change_manager::terminate(const std::string&) {
  if (auto* order = current().as<add_change>())
    send(order->requester, change_refused{order->token, "the change manager failed over it"});
  else if (auto* question = current().as<resolve_stamps>())
    send(question->requester,
         stamps_resolved{
             question->token, {}, "the change manager failed over them", question->along});
}

// Said when it is durable, not before: the messages go with the transaction.
void change_manager::on(const add_change& command) {
  runtime::transaction work;
  auto stored = masked(command.what);
  stored.id = state().next_change++;
  for (auto& [name, one] : stored.properties)
    one.source = "Change";
  if (stored.when == instant{} || stored.when > now())
    stored.when = now();
  complete(stored);
  stored.parent = parent_of(stored);
  stored.sourcestamp = stamp_for({.branch = stored.branch,
                                  .revision = stored.revision,
                                  .repository = stored.repository,
                                  .project = stored.project,
                                  .codebase = stored.codebase},
                                 work);
  state().newest[line_of(stored)] = stored.id;
  work.work.put(stored);
  work.send(command.requester, change_accepted{command.token, stored.id});
  work.refuse(command.requester, change_refused{command.token, "the change could not be stored"});
  work.send(me(), change_stored{stored});
  work.send(address_of(status::status_path),
            status::event{fmt::format("changes/{}/new", stored.id.value), to_json(stored)});
  commit(std::move(work));
}

// What the configuration's functions add (§2): the link to the revision, the codebase.
void change_manager::complete(change& what) {
  auto ask = [&](const json& function, std::string_view name,
                 std::vector<json> given) -> std::string {
    if (!functions_)
      functions_ = std::make_unique<model::function_runner>();
    auto answer = functions_->call(function, given);
    std::string text;
    if (!answer)
      log(runtime::level::error, "{}: {}", name, answer.error().message);
    else if (!answer->is_null() && !from_json(text, *answer))
      log(runtime::level::error, "{} gave no text", name);
    return text;
  };
  if (config().revlink && what.revision && !what.repository.empty() && !what.revlink)
    if (auto link =
            ask(*config().revlink, "revlink", {to_json(*what.revision), to_json(what.repository)});
        !link.empty())
      what.revlink = link;
  if (config().codebase_generator && what.codebase.empty())
    what.codebase =
        ask(*config().codebase_generator, "codebaseGenerator", {model::change_for_functions(what)});
}

change_id change_manager::parent_of(const change& what) {
  auto known = state().newest.find(line_of(what));
  count(state().changes_used, known != state().newest.end());
  if (known != state().newest.end())
    return known->second;
  auto from = store().read();
  return storage::find_parent_change(from, what);
}

sourcestamp_id change_manager::stamp_for(sourcestamp content, runtime::transaction& work) {
  content = masked(std::move(content));
  auto key = content_of(content);
  auto fresh = state().fresh_stamps.find(key);
  bool hit =
      fresh != state().fresh_stamps.end() && records::same_content(fresh->second.first, content);
  count(state().stamps_used, hit);
  if (hit)
    return fresh->second.second;
  {
    auto from = store().read();
    if (auto known = storage::find_equal_sourcestamp(from, content))
      return known->id;
  }
  content.id = state().next_stamp++;
  content.created_at = now();
  state().fresh_stamps.insert_or_assign(key, std::pair{content, content.id});
  work.work.put(content);
  return content.id;
}

void change_manager::on(const resolve_stamps& question) {
  runtime::transaction work;
  stamps_resolved answer{question.token, {}, {}, question.along};
  for (const auto& one : question.stamps) {
    if (!one.patch) {
      answer.ids.push_back(stamp_for(one.stamp, work));
      continue;
    }
    auto patch = *one.patch; // patched stamps are never shared
    patch.id = state().next_patch++;
    auto stamp = one.stamp;
    stamp.id = state().next_stamp++;
    stamp.created_at = now();
    stamp.patch = patch.id;
    work.work.put(patch).put(stamp);
    answer.ids.push_back(stamp.id);
  }
  work.send(question.requester, answer);
  work.refuse(
      question.requester,
      stamps_resolved{question.token, {}, "the sourcestamps could not be stored", question.along});
  commit(std::move(work));
}

// Listeners hear everything from here, in the order of ids: first what is stored and announced,
// then what becomes durable.
void change_manager::on(const subscribe_changes& wish) {
  auto from = store().read();
  auto after = wish.after;
  for (bool more = true; more;) {
    auto page = storage::changes_after(from, after, replay_page);
    for (const auto& one : page) {
      if (one.id > state().announced)
        break;
      send(wish.listener, change_added{one});
      after = one.id;
    }
    more = page.size() == replay_page && page.back().id == after;
  }
  state().listeners.insert_or_assign(std::string{wish.listener.path()}, wish.listener);
}

void change_manager::on(const change_stored& news) {
  if (news.what.id <= state().announced)
    return; // a former incarnation's, in the store when this one began
  state().announced = news.what.id;
  state().stored_stamp = std::max(state().stored_stamp, news.what.sourcestamp);
  trim_caches();
  for (const auto& [path, listener] : state().listeners)
    send(listener, change_added{news.what});
}

void change_manager::on(const unsubscribe_changes& wish) {
  state().listeners.erase(std::string{wish.listener.path()});
}

// -- caches ---------------------------------------------------------------------------------------

void change_manager::count(caches::cache_used& of, bool hit) {
  (hit ? of.hits : of.misses)++;
  if (!std::exchange(state().report_waits, true))
    start_timer("caches", cache_report_pause, cache_report_due{});
}

/// The answers bring the sizes that the configuration allows.
void change_manager::report_caches() {
  state().report_waits = false;
  state().stamps_used.entries = static_cast<std::int64_t>(state().fresh_stamps.size());
  state().changes_used.entries = static_cast<std::int64_t>(state().newest.size());
  for (auto* one : {&state().stamps_used, &state().changes_used}) {
    one->requester = me();
    send(address_of(caches::caches_path), *one);
    one->hits = one->misses = 0;
  }
}

void change_manager::on(const caches::cache_size& news) {
  state().cache_sizes[news.name] = news.entries_max;
  trim_caches();
}

void change_manager::trim_caches() {
  auto full = [&](const std::string& name, std::size_t entries) {
    auto most = state().cache_sizes.find(name);
    return most != state().cache_sizes.end() && static_cast<std::int64_t>(entries) > most->second;
  };
  if (full(state().stamps_used.name, state().fresh_stamps.size()))
    std::erase_if(state().fresh_stamps,
                  [&](const auto& one) { return one.second.second <= state().stored_stamp; });
  if (full(state().changes_used.name, state().newest.size()))
    std::erase_if(state().newest, [&](const auto& one) { return one.second <= state().announced; });
}

const runtime::service_kind& change_manager::static_kind() {
  static const auto kind =
      runtime::make_kind<change_manager>("change_svc", "the one door through which changes enter");
  return kind;
}

} // namespace troupe::change_svc
