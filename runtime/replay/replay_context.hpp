// What a service sees during a replay: no tree and no store, only what the record tells of them.
#pragma once

#include <deque>

#include "runtime/replay/recorded_answers.hpp"
#include "runtime/secrets/vault.hpp"
#include "runtime/service/event_context.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::runtime {

/// What all cells of a replay share.
struct replay_surroundings {
  const kind_registry& kinds;
  directory paths;
  vault secrets{"none"}; ///< What is recorded holds none.
};

class replay_context final : public event_context {
public:
  /// `around` and `answers` outlive it.
  replay_context(replay_surroundings& around, std::string_view path, recorded_answers& answers)
    : around_{around}, me_{around.paths.address_of(path)}, answers_{answers} {}

  /// An event that was taken up at `now`; `taken` is the message at hand, or null.
  void begin(instant now, const envelope* taken);

  const address& me() const override { return me_; }
  std::uint64_t random() override { return answers_.random(); }
  address address_of(std::string_view path) override { return around_.paths.address_of(path); }
  storage::store* store() override { return nullptr; }
  storage::effect_log* effect_log() override { return &answers_; }
  std::vector<std::string> children() const override;
  const child_spec* child_spec_of(const std::string& name) const override;
  const kind_registry& kinds() const override { return around_.kinds; }
  std::vector<child_spec> configured_children(std::string_view of) const override;
  std::vector<stuck_handler> stuck() const override { return {}; }
  std::vector<service_failure> failures() const override { return {}; }
  tracer& traces() override;
  const directory& paths() const override { return around_.paths; }
  runtime::recorder* recorder() override { return nullptr; }
  vault& secrets() override { return around_.secrets; }
  void log(level, std::string) override {} // what it logs is not recorded

private:
  replay_surroundings& around_;
  address me_;
  recorded_answers& answers_;
  mutable std::deque<child_spec> specs_; ///< That were asked for in this event.
};

} // namespace troupe::runtime
