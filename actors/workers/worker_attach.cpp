// From a worker's arrival to its readiness, and what it serves from then on (pb.md §8).
#include "actors/workers/worker_connection.hpp"

namespace troupe::workers {

using wire::jelly;

namespace {

/// From the login to "attached", each call included.
constexpr auto attach_patience = std::chrono::seconds{60};

/// What of the worker's info is plain enough to keep and show.
json plain(const jelly& value) {
  if (auto* text = value.as_text())
    return to_json(*text);
  return as_json(value);
}

} // namespace

void worker_connection::init() {
  state().heard_at = now();
  start_timer("attach", attach_patience, attach_overdue{});
  send(config().session, pbmanager::speak_for{me()});
  send(config().owner, worker_arrived{config().name, me()});
  print("attached", "greet");
}

void worker_connection::learn(const jelly& info) {
  for (const auto& [key, value] : info.pairs()) {
    auto* name = key.as_text();
    if (!name)
      continue;
    if (*name == "environ" || *name == "worker_commands" || *name == "slave_commands") {
      auto& into = *name == "environ" ? state().environ : state().commands;
      for (const auto& [inner, text] : value.pairs())
        if (inner.as_text() && text.as_text())
          into[*inner.as_text()] = *text.as_text();
      continue;
    }
    state().info[*name] = plain(value);
  }
}

/// What is wanted, and what builds still: a worker kills what runs for a builder that its list does
/// not name, and says nothing of it (pb.md §8).
std::vector<served_builder> worker_connection::to_serve() const {
  auto all = state().wanted->builders;
  for (const auto& one : state().listed)
    if (state().builds.contains(one.name)
        && std::none_of(all.begin(), all.end(), [&](const auto& x) { return x.name == one.name; }))
      all.push_back(one);
  return all;
}

void worker_connection::list_builders() {
  if (!state().wanted || state().listing || state().phase == attach_phase::greeting
      || state().phase == attach_phase::informing || state().phase == attach_phase::over)
    return;
  auto served = to_serve();
  if (state().phase == attach_phase::attached && state().listed == served)
    return;
  state().listing = true;
  state().listed = std::move(served);
  std::vector<jelly> pairs;
  for (const auto& one : state().listed)
    pairs.push_back(jelly::tuple({jelly::text(one.name), jelly::text(one.folder)}));
  call(config().mind, "setBuilderList", "list", {jelly::list(std::move(pairs))});
}

void worker_connection::listed(const jelly& objects) {
  state().listing = false;
  auto former = std::exchange(state().builders, {});
  std::vector<std::string> fresh;
  for (const auto& [key, object] : objects.pairs()) {
    if (!key.as_text() || !object.as_remote())
      continue;
    state().builders[*key.as_text()] = *object.as_remote();
    if (!former.contains(*key.as_text()))
      fresh.push_back(*key.as_text());
  }
  // Each reference that was held before is given back once: a kept builder was counted again.
  for (const auto& [name, object] : former)
    send(config().session, pbmanager::give_back{object});
  state().prints += static_cast<std::int64_t>(fresh.size());
  for (std::size_t i = 0; i < fresh.size(); ++i)
    print("attached", "printed");
  if (state().phase == attach_phase::listing)
    state().phase = attach_phase::printing;
  if (state().prints == 0)
    attached();
}

void worker_connection::attached() {
  bool first = state().phase == attach_phase::printing;
  if (first) {
    state().phase = attach_phase::attached;
    cancel_timer("attach");
    send(config().session, pbmanager::grant{});
    log(runtime::level::info, "worker '{}' attached from {} for {} builders", config().name,
        config().peer, state().builders.size());
    if (state().wanted->keepalive_interval > span{0})
      keep_alive(state().wanted->keepalive_interval);
  }
  tell_attached();
  list_builders(); // the wish may have changed meanwhile
}

void worker_connection::tell_attached() {
  worker_attached news{config().name, me(), state().info, state().commands, state().environ, {}};
  for (const auto& [name, object] : state().builders)
    news.builders.push_back(name);
  send(config().owner, std::move(news));
}

void worker_connection::on(const set_builder_list& wish) {
  state().wanted = wish;
  list_builders();
}

void worker_connection::on(const report_attachment&) {
  send(config().owner, worker_arrived{config().name, me()});
  if (state().phase == attach_phase::attached)
    tell_attached();
}

void worker_connection::on(const attach_overdue&) {
  if (state().phase != attach_phase::attached)
    drop("it did not complete its attach within 60 s");
}

} // namespace troupe::workers
