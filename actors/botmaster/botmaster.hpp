// BOTMASTER: knows every builder and worker by number. Its branches hold the builders, the
// configured workers, the distributor and the locks.
//
// Owns:      the ids of builders and workers: a name gets one when it is first configured and keeps
//            it for good.
// Restart:   permanent. Derived from the store.
#pragma once

#include "runtime/service/kind.hpp"
#include "storage/records/builder.hpp"

namespace troupe::botmaster {

/// A builder or worker whose name has no id in the store yet asks for one. Answered with
/// `enrolled`.
struct enrol {
  bool worker = false; ///< Else a builder.
  std::string name;
  runtime::address requester;
  TROUPE_FIELDS(worker, name, requester)
};
struct enrolled {
  std::string name;
  std::int64_t id = 0;
  TROUPE_FIELDS(name, id)
};
/// To itself: everybody configured has an id in the store.
struct all_enrolled {
  TROUPE_FIELDS()
};

struct builder_entry {
  std::string name;
  std::optional<std::string> description;
  std::vector<std::string> tags;
  TROUPE_FIELDS(name, description, tags)
};
struct botmaster_config {
  master_id master;
  std::vector<builder_entry> builders;
  std::vector<std::string> workers;
  TROUPE_FIELDS(master, builders, workers)
};
struct botmaster_state {
  std::map<std::string, builder_id> builders;
  std::map<std::string, worker_id> workers;
  builder_id next_builder;
  worker_id next_worker;
  bool enrolled_all = false;
  TROUPE_FIELDS(builders, workers, next_builder, next_worker, enrolled_all)
};

class botmaster : public runtime::service<botmaster, botmaster_config, botmaster_state> {
public:
  using hears = runtime::messages<enrol, all_enrolled>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override { enrol_all(); }
  bool ready_when_started() const override { return state().enrolled_all; }

  void on(const enrol&);
  void on(const all_enrolled&);

private:
  void enrol_all();
  builder_id builder_number(const std::string& name, runtime::transaction& work);
  worker_id worker_number(const std::string& name, runtime::transaction& work);
};

} // namespace troupe::botmaster
