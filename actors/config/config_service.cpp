#include "actors/config/config_service.hpp"

#include "actors/config/loader.hpp"
#include "actors/master/tree.hpp"
#include "storage/store.hpp"
#include "storage/tables/state.hpp"

namespace troupe::config {

using runtime::tree_act;

namespace {

/// For the cells to answer one stage of a reconfiguration.
constexpr auto stage_patience = std::chrono::seconds{30};

} // namespace

void config_service::started() {
  auto from = store().read();
  auto stored = storage::find_service_state(from, me().path());
  if (!stored)
    throw failed{failure{errc::corrupt, "the store has no applied configuration"}};
  auto was = decode<applied_tree>(stored->state).value();
  state().generation = was.generation;
  state().running = std::move(was.running);
}

void config_service::on(const reconfigure& command) {
  if (state().stage != apply_stage::idle) {
    state().queue.push_back(command);
    return;
  }
  begin({command}, command.dry_run);
}

void config_service::begin(std::vector<reconfigure> askers, bool dry_run) {
  state().began = now();
  auto loaded = model::load_configuration(config().file);
  if (!loaded) {
    log(runtime::level::error, "the configuration is not taken: {}", loaded.error().words);
    answer(askers, false, loaded.error().words);
    return;
  }
  state().wanted = master::wanted_children(
    std::move(*loaded), {config().folder, config().file, config().master, config().master_name,
               config().own_uid});
  state().plan = runtime::reconcile("/", state().running, state().wanted);
  if (dry_run) {
    answer(askers, true,
           fmt::format("would keep {}, stop {}, swap {}, start {}", state().plan.kept,
                       state().plan.of(tree_act::stop).size(),
                       state().plan.of(tree_act::swap).size(),
                       state().plan.of(tree_act::start).size()));
    return;
  }
  state().askers = std::move(askers);
  state().troubles.clear();
  state().stage = apply_stage::idle;
  next_stage();
}

void config_service::next_stage() {
  while (state().awaited.empty()) {
    switch (state().stage) {
      case apply_stage::idle:
        enter(apply_stage::stopping);
        break;
      case apply_stage::stopping:
        enter(apply_stage::swapping);
        break;
      case apply_stage::swapping:
        enter(apply_stage::starting);
        break;
      case apply_stage::starting:
        done();
        return;
    }
  }
}

// A builder that goes lets its running builds go on and ends after the last: it is told so by a
// swap.
void config_service::enter(apply_stage stage) {
  state().stage = stage;
  auto act = stage == apply_stage::stopping   ? tree_act::stop
             : stage == apply_stage::swapping ? tree_act::swap
                                              : tree_act::start;
  for (const auto* change : state().plan.of(act)) {
    auto parent = change->path.substr(0, std::max<std::size_t>(change->path.rfind('/'), 1));
    state().awaited.insert(change->path);
    if (act == tree_act::swap)
      control(change->path, runtime::swap_service{change->spec, change->path});
    else if (act == tree_act::start)
      control(parent, runtime::add_child{change->spec, change->path});
    else if (auto retired = master::retired(change->spec))
      control(change->path, runtime::swap_service{*retired, change->path});
    else
      control(parent, runtime::remove_child{change->spec.name, change->path});
  }
  if (!state().awaited.empty())
    remind("apply", stage_patience, apply_overdue{state().generation});
}

void config_service::on(const runtime::cell_answer& news) {
  if (state().awaited.erase(news.token) == 0)
    return;
  if (!news.ok)
    state().troubles.push_back(news.token + ": " + news.words);
  next_stage();
}

void config_service::on(const apply_overdue& due) {
  if (state().stage == apply_stage::idle || due.generation != state().generation)
    return;
  for (const auto& path : std::exchange(state().awaited, {}))
    state().troubles.push_back(path + ": no answer in time");
  next_stage();
}

void config_service::done() {
  forget("apply");
  state().stage = apply_stage::idle;
  state().generation++;
  state().running = std::move(state().wanted);
  auto took = std::chrono::duration<double, std::milli>(now() - state().began).count();
  auto words = fmt::format(
      "generation {}: kept {}, stopped {}, swapped {}, started {} in {:.1f} ms", state().generation,
      state().plan.kept, state().plan.of(tree_act::stop).size(),
      state().plan.of(tree_act::swap).size(), state().plan.of(tree_act::start).size(), took);
  bool ok = state().troubles.empty();
  for (const auto& trouble : state().troubles)
    words += "\n" + trouble;
  log(ok ? runtime::level::info : runtime::level::error, "reconfigured: {}", words);
  state().last_outcome = words;
  runtime::transaction work;
  work.work.put_state(std::string{me().path()}, "config",
                      encode(applied_tree{state().generation, state().running}));
  auto plan = plan_json();
  for (const auto& asker : std::exchange(state().askers, {}))
    work.tell(asker.asker, reconfigured{asker.token, ok, words, plan});
  commit(std::move(work));
  state().plan = {};
  if (auto queued = std::exchange(state().queue, {}); !queued.empty())
    begin(queued, queued.back().dry_run);
}

void config_service::answer(const std::vector<reconfigure>& askers, bool ok, std::string words) {
  for (const auto& asker : askers)
    tell(asker.asker, reconfigured{asker.token, ok, words, ok ? plan_json() : json(nullptr)});
  state().last_outcome = std::move(words);
  state().plan = {};
}

json config_service::plan_json() const {
  boost::json::array changes;
  for (const auto& one : state().plan.changes)
    changes.push_back(boost::json::object{{"act", to_json(one.act)}, {"path", one.path}});
  return boost::json::object{{"kept", state().plan.kept}, {"changes", std::move(changes)}};
}

const runtime::service_kind& config_service_kind() {
  static const auto kind = runtime::make_kind<config_service>(
    "config", "the configuration that runs, and the way to the next");
  return kind;
}
const runtime::service_kind& config_service::kind() const {
  return config_service_kind();
}

} // namespace troupe::config
