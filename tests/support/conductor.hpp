// Carries transactions over the tree out, as the configuration service does: what tests of cells in
// a transaction are made of.
#pragma once

#include "runtime/service/tree_transaction.hpp"
#include "tests/support/counting_stage.hpp"

namespace troupe::testing {

namespace counting {

struct change_tree {
  tree_plan plan;
  span settle{};
  bool force = false;
  TROUPE_FIELDS(plan, settle, force)
};
/// What would bring back the tree as it was, forced.
struct change_back {
  TROUPE_FIELDS()
};
struct settle_time_over {
  TROUPE_FIELDS()
};
/// Cells do not answer any more.
struct patience_over {
  TROUPE_FIELDS()
};

struct conductor_config {
  TROUPE_FIELDS()
};
struct conductor_state {
  tree_transaction present;
  std::vector<std::string> stages; ///< In which it has been, in order.
  bool deaf = false;               ///< Leaves answers alone.
  TROUPE_FIELDS(present, stages, deaf)
};
/// From now on it leaves answers alone.
struct be_deaf {
  TROUPE_FIELDS()
};

class conductor : public service<conductor, conductor_config, conductor_state> {
public:
  using hears = messages<change_tree, change_back, cell_answer, member_ready, member_failed,
                         settle_time_over, patience_over, be_deaf>;
  static const service_kind& static_kind();
  void on(const change_tree&);
  void on(const change_back&);
  void on(const cell_answer&);
  void on(const member_ready&);
  void on(const member_failed&);
  void on(const settle_time_over&);
  void on(const patience_over&);
  void on(const be_deaf&) { state().deaf = true; }

private:
  void run(tree_plan plan, span settle, bool force);
  void carry_out(const tree_transaction::orders& orders);
};

const service_kind& conductor_kind();

} // namespace counting

/// The root has `/conductor` and the children under test.
struct conducted : counting_stage {
  conducted() { kinds.add(counting::conductor_kind()); }

  void begin(std::vector<runtime::child_spec> children);
  /// Brings the children from what they are to `wanted`, and runs.
  void change_to(std::vector<runtime::child_spec> wanted, span settle = std::chrono::seconds{1},
                 bool force = false);
  void go_back();
  std::string verdict();
  /// A line each.
  std::string troubles();

  std::vector<runtime::child_spec> running;

private:
  json transaction() { return state_of("/conductor").at("present"); }
};

} // namespace troupe::testing
