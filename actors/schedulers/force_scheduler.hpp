// FORCE SCHEDULER: builds that a person asks for (semantics.md §20).
//
// Promises:  every error of the parameters is told at once, by full name; a forced build's
// requester hears
//            of its buildset or why there is none.
// Restart:   permanent. Keeps nothing but who waits for an answer.
#pragma once

#include "actors/config/model/part.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/schedulers/force.hpp"

namespace troupe::schedulers {

struct force_scheduler_config {
  std::string name;
  json builder_names;
  model::part username, reason, priority;
  std::vector<model::part> codebases, properties;
  std::string reason_string; ///< With %(owner)s and %(reason)s in it.
  std::string button_name;
  std::string label;
  TROUPE_FIELDS(name, builder_names, username, reason, priority, codebases, properties,
                reason_string, button_name, label)

  /// In the order of the form.
  std::vector<model::part> parameters() const;
};
struct force_scheduler_state {
  records::scheduler record;
  std::int64_t forced = 0, refused = 0;
  std::optional<instant> refused_at; ///< The last time.
  std::string last_refusal;
  TROUPE_FIELDS(record, forced, refused, refused_at, last_refusal)
};

class force_scheduler
  : public runtime::service<force_scheduler, force_scheduler_config, force_scheduler_state> {
public:
  using hears = runtime::messages<scheduler_enrolled, resubscribe, force_build>;
  static const runtime::service_kind& static_kind();
  void init() override;
  bool ready_when_started() const override { return static_cast<bool>(state().record.id); }
  void on(const scheduler_enrolled&);
  void on(const resubscribe&) {} // it hears no changes
  void on(const force_build&);
  std::optional<runtime::causes> explain(const runtime::query&) override;
};

} // namespace troupe::schedulers
