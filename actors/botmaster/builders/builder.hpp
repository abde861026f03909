// BUILDER: gives its builds their numbers and keeps them as its children, one per running build.
//
// Owns:      the numbers of its builds, from 1, without gaps.
// Promises:  every `start_build` becomes a build or a `build_over` that hands the request back.
// Restart:   permanent. Its id and last number come from the store, its running builds are its
//            children and stay.
#pragma once

#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/build/messages.hpp"
#include "actors/botmaster/builder_settings.hpp"
#include "actors/botmaster/builders/messages.hpp"
#include "actors/botmaster/cause.hpp"
#include "runtime/mail/control.hpp"
#include "storage/records/build.hpp"

namespace troupe::botmaster {

struct builder_config {
  builder_settings builder;
  std::map<std::string, json> global_properties;
  std::string config_file; ///< Source of the global properties.
  master_id master;
  std::optional<std::int64_t> log_max_size;
  std::optional<std::int64_t> log_max_tail_size;
  bool retired = false; ///< No longer configured: ends after its last running build.
  TROUPE_FIELDS(builder, global_properties, config_file, master, log_max_size, log_max_tail_size,
                retired)
};
struct builder_state {
  builder_id id;
  std::int64_t next_number = 1;
  std::map<build_id, std::int64_t> running; ///< To its number.
  TROUPE_FIELDS(id, next_number, running)
};

class builder : public runtime::service<builder, builder_config, builder_state> {
public:
  using hears =
      runtime::messages<start_build, build_over, stop_build, enrolled, runtime::cell_answer>;
  static constexpr bool takes_configuration = true;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override { config_changed(); }
  void config_changed() override;
  bool ready_when_started() const override { return static_cast<bool>(state().id); }

  void on(const start_build&);
  void on(const build_over&);
  void on(const stop_build&);
  std::optional<causes> explain(const query&) override;
  void on(const enrolled&);
  void on(const runtime::cell_answer&) {}

private:
  void begin();
  void announce();
  void end_orphan(records::build build, const start_build& order);
  void leave_if_done();
};

} // namespace troupe::botmaster
