#include "tests/support/conductor.hpp"

namespace troupe::testing {

namespace counting {

void conductor::on(const change_tree& order) {
  run(order.plan, order.settle, order.force);
}

void conductor::on(const change_back&) {
  run(state().present.reverse(), span{0}, true);
}

void conductor::run(tree_plan plan, span settle, bool force) {
  tree_transaction next;
  next.id = state().present.id + 1;
  next.plan = std::move(plan);
  next.settle = settle;
  next.force = force;
  state().present = std::move(next);
  state().stages.clear();
  carry_out(state().present.begin(kinds()));
}

void conductor::carry_out(const tree_transaction::orders& orders) {
  auto& present = state().present;
  auto name = std::string{names_of(present.stage)[static_cast<std::size_t>(present.stage)]};
  if (state().stages.empty() || state().stages.back() != name)
    state().stages.push_back(name);
  for (const auto& one : orders)
    control(one.path, one.command);
  if (present.stage == transaction_stage::settling && present.running())
    start_timer("flush", present.settle, settle_time_over{});
  if (present.stage < transaction_stage::settling && present.running())
    start_timer("patience", std::chrono::seconds{30}, patience_over{});
}

void conductor::on(const cell_answer& news) {
  if (!state().deaf || state().present.stage == transaction_stage::cancelling)
    carry_out(state().present.answered(news));
}

void conductor::on(const member_ready& news) {
  if (news.transaction == state().present.id)
    carry_out(state().present.ready(news.path));
}

void conductor::on(const member_failed& news) {
  if (news.transaction == state().present.id)
    carry_out(state().present.failed(news.path, news.reason));
}

void conductor::on(const settle_time_over&) {
  state().present.settled();
}

void conductor::on(const patience_over&) {
  if (state().present.running() && state().present.stage < transaction_stage::settling)
    carry_out(state().present.overdue(std::chrono::seconds{30}));
}

const service_kind& conductor_kind() {
  static const auto kind = make_kind<conductor>("conductor", "carries transactions out");
  return kind;
}
const service_kind& conductor::static_kind() {
  return conductor_kind();
}

} // namespace counting

void conducted::begin(std::vector<runtime::child_spec> children) {
  running = children;
  children.insert(children.begin(),
                  runtime::child_of("conductor", "conductor", counting::conductor_config{}));
  start_with(std::move(children), {.restarts_max = 100});
}

void conducted::change_to(std::vector<runtime::child_spec> wanted, span settle, bool force) {
  runtime::plan_rules rules;
  rules.in_place = [](const runtime::kind_registry& known, std::string_view kind) {
    return known.find(kind)->in_place;
  };
  rules.kinds = &kinds;
  send("/conductor",
       counting::change_tree{runtime::reconcile("/", running, wanted, rules), settle, force});
  running = std::move(wanted);
  run();
}

void conducted::go_back() {
  send("/conductor", counting::change_back{});
  run();
}

std::string conducted::verdict() {
  return std::string{transaction().at("verdict").as_string()};
}

std::string conducted::troubles() {
  auto shown = transaction();
  std::string found;
  for (const auto& one : shown.at("troubles").as_array())
    found += (found.empty() ? "" : "\n") + std::string{one.as_string()};
  return found;
}

} // namespace troupe::testing
