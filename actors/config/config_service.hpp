// CONFIG: holds the configuration that runs and brings the tree in line with a new one.
//
// Promises:  a reconfiguration is a transaction over the tree (runtime/tree_transaction.hpp): it
//            happens as a whole or nothing is touched, and one after which a service fails is
//            rolled back. A configuration with errors changes nothing, and all its errors are told
//            with file and line. Requests that come meanwhile wait; the last of them counts for
//            all. Every reconfiguration is recorded.
// Restart:   permanent, and on a thread of its own: evaluating a configuration reads files. What
//            runs is asked of the cells. A reconfiguration that was under way is given up if
//            nothing was switched yet, else completed by the next incarnation.
#pragma once

#include "actors/config/model/model.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/service/tree_transaction.hpp"
#include "storage/records/operation.hpp"

namespace troupe::config {

inline constexpr std::string_view config_path = "/config";

/// For a service that was changed to fail in, after which it is rolled back.
inline constexpr span settle_by_default = std::chrono::seconds{1};
inline constexpr span settle_max = std::chrono::hours{1};

/// Load, check, plan, and unless `dry_run` apply. Answered with `reconfiguring` when the switch is
/// made, and with `reconfigured`.
struct reconfigure {
  bool dry_run = false;
  std::optional<span> settle; ///< `settle_by_default`.
  std::string who;            ///< For the record.
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(dry_run, settle, who, token, requester)
};
/// The new configuration runs; whether it stays is seen when it has settled.
struct reconfiguring {
  std::string token;
  std::string message;
  TROUPE_FIELDS(token, message)
};
struct reconfigured {
  std::string token;
  bool ok = false;
  std::string message; ///< All errors, a line each, or what was done.
  json plan;
  TROUPE_FIELDS(token, ok, message, plan)
};

// -- to itself ------------------------------------------------------------------------------------

/// The configuration is loaded; time counts from here.
struct loaded_due {
  TROUPE_FIELDS()
};
struct stage_overdue {
  std::uint64_t transaction = 0;
  runtime::transaction_stage stage = runtime::transaction_stage::idle;
  TROUPE_FIELDS(transaction, stage)
};
struct settle_over {
  std::uint64_t transaction = 0;
  TROUPE_FIELDS(transaction)
};
/// From an incarnation that failed while it changed the tree: bring it to `wanted`.
struct complete_tree {
  std::vector<runtime::child_spec> wanted;
  std::string why;
  std::vector<reconfigure> requesters;
  TROUPE_FIELDS(wanted, why, requesters)
};

struct config_service_config {
  std::string file;
  std::string folder;
  master_id master;
  std::string master_name;
  std::int64_t own_uid = 0;
  TROUPE_FIELDS(file, folder, master, master_name, own_uid)
};

/// A configuration on its way into the tree, and those who asked for it.
struct loaded_change {
  model::master configuration;
  std::vector<reconfigure> requesters;
  instant began;
  TROUPE_FIELDS(configuration, requesters, began)
};

/// The reconfiguration under way.
struct present_change {
  runtime::tree_transaction transaction;
  std::vector<runtime::child_spec> wanted;
  std::vector<reconfigure> requesters;
  records::reconfiguration record;
  instant loaded;          ///< When the configuration was loaded.
  bool going_back = false; ///< It rolls back; `wanted` is what ran before.
  TROUPE_FIELDS(transaction, wanted, requesters, record, loaded, going_back)
};

struct config_service_state {
  std::vector<runtime::child_spec> running; ///< The tree as it was last wanted and applied.
  bool running_known = false;               ///< Not before it is needed.
  std::optional<loaded_change> loaded;
  std::optional<present_change> change;
  std::vector<reconfigure> queue;
  reconfiguration_id next;
  std::string last_outcome;
  bool last_good = true;
  TROUPE_FIELDS(running, running_known, loaded, change, queue, next, last_outcome, last_good)
};

class config_service
  : public runtime::service<config_service, config_service_config, config_service_state> {
public:
  using hears = runtime::messages<reconfigure, runtime::cell_answer, runtime::member_ready,
                                  runtime::member_failed, loaded_due, stage_overdue, settle_over,
                                  complete_tree>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void terminate(const std::string& reason) override;

  void on(const reconfigure&);
  void on(const runtime::cell_answer&);
  void on(const runtime::member_ready&);
  void on(const runtime::member_failed&);
  void on(const loaded_due&);
  void on(const stage_overdue&);
  void on(const settle_over&);
  void on(const complete_tree&);

private:
  // config_service.cpp: from a request to a transaction
  void begin(std::vector<reconfigure> requesters);
  void refuse(const std::vector<reconfigure>& requesters, const std::string& message);
  void answer_dry_run(const reconfigure& requester, const runtime::tree_plan& plan);
  void change_to(std::vector<runtime::child_spec> wanted, std::vector<reconfigure> requesters,
                 instant began);
  void next_in_queue();
  const std::vector<runtime::child_spec>& running();

  // reconfiguration.cpp: a transaction on its way, and its record
  void carry_out(const runtime::tree_transaction::orders& orders);
  void go_back();
  void conclude();
  std::uint64_t digest_of(const std::vector<runtime::child_spec>& tree) const;
  void record_plan(records::reconfiguration& record, const runtime::tree_plan& plan);
  void finish_record(records::reconfiguration record, const std::vector<reconfigure>& requesters,
                     bool ok);
};

/// The plan for people and scripts, with the keys that differ.
json plan_view(const records::reconfiguration& record);

} // namespace troupe::config
