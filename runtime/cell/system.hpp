// The running system: CAF's scheduler and clock, the paths, the kinds of services, the log, the
// store and the I/O loop. One per process, or several in a test; nothing of it is global.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "runtime/journal/journal.hpp"
#include "runtime/log.hpp"
#include "runtime/mail/directory.hpp"
#include "runtime/observation/failure_book.hpp"
#include "runtime/observation/trace.hpp"
#include "runtime/observation/watchdog.hpp"
#include "runtime/secrets/vault.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

class recorder;

struct system_options {
  std::size_t threads = 2;
  bool deterministic = false; ///< A stage: CAF's testing scheduler, virtual time, no threads.
  std::uint64_t seed = 1;
  span handler_patience = std::chrono::seconds{1}; ///< Then a handler counts as stuck.
  instant virtual_start{}; ///< What the clock of a stage shows at its beginning.
};

class system {
public:
  system(const kind_registry& kinds, logger& log, system_options options);
  ~system();

  /// Spawns the root cell and starts it; `ended` is called once with the reason (empty: orderly)
  /// when the root is gone, on one of the system's threads.
  void start(child_spec root, std::function<void(std::string)> ended);
  /// Before `start`: called once when the root and all its children are ready, on one of the
  /// system's threads.
  void when_up(std::function<void()> up) { up_ = std::move(up); }
  /// Asks the root to stop.
  void stop();
  /// Every cell goes at once; no service is asked.
  void kill();

  instant now() const;
  /// By which timers are due: goes on when the wall clock is set.
  std::chrono::steady_clock::time_point timer_now() const;
  /// The wall clock of a stage is set, forwards or backwards; timers take no notice.
  void set_clock(span by) noexcept { clock_set_ += by; }
  address address_of(std::string_view path) { return paths_.address_of(path); }
  /// A message from outside of the tree, such as from the I/O loop.
  void send(const address& to, any_message what, const address& from = {});

  directory& paths() noexcept { return paths_; }
  const kind_registry& kinds() const noexcept { return kinds_; }
  logger& log() noexcept { return log_; }
  tracer& traces() noexcept { return traces_; }
  runtime::journal& journal() noexcept { return journal_; }
  vault& secrets() noexcept { return secrets_; }
  watchdog& dog() noexcept { return dog_; }
  failure_book& failures() noexcept { return failures_; }
  const system_options& options() const noexcept { return options_; }
  caf::actor_system& caf() noexcept { return *caf_; }
  storage::store* store() const noexcept { return store_; }
  /// Before `start`; must outlive the system.
  void use(storage::store* store) noexcept { store_ = store; }
  /// Likewise; null if nobody can be told where to record.
  runtime::recorder* recorder() const noexcept { return recorder_; }
  void use(runtime::recorder* recorder) noexcept { recorder_ = recorder; }
  void root_ended(const std::string& reason);
  void root_ready();

private:
  const kind_registry& kinds_;
  logger& log_;
  system_options options_;
  directory paths_;
  tracer traces_;
  vault secrets_{options_.deterministic ? std::to_string(options_.seed) : std::string{}};
  runtime::journal journal_{secrets_};
  watchdog dog_;
  failure_book failures_;
  span clock_set_{};
  storage::store* store_ = nullptr;
  runtime::recorder* recorder_ = nullptr;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> caf_;
  std::function<void(std::string)> ended_;
  std::function<void()> up_;
  caf::actor root_;
};

} // namespace troupe::runtime
