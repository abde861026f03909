// How the master is: green, yellow or red, and why. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/journal/recorder.hpp"
#include "runtime/mail/directory.hpp"
#include "runtime/observation/failure_book.hpp"
#include "runtime/observation/watchdog.hpp"
#include "storage/records/operation.hpp"

namespace troupe::master {

/// More messages than this in one mailbox are worth a look.
inline constexpr std::int64_t deep_mailbox = 10'000;

struct health_facts {
  instant now;
  std::vector<runtime::stuck_handler> stuck;
  std::vector<runtime::service_failure> failures; ///< The newest first.
  bool store_answers = false;
  std::string store_trouble; ///< Why the last commit failed.
  std::size_t store_bytes = 0, store_bytes_max = 0;
  std::optional<runtime::recording_view> journal; ///< Nothing: there is nobody who could record.
  std::optional<records::reconfiguration> last_reconfiguration;
  std::vector<std::string> down; ///< Services that do not run.
  std::vector<std::string> suspended;
  std::vector<std::string> deep; ///< With `deep_mailbox` or more that waits.

  void look_at(const runtime::port& one);
};

/// {"status": "red", "checks": [{"check": "handlers", "status": "red", "words": …}, …]}
json health_view(const health_facts& facts);

} // namespace troupe::master
