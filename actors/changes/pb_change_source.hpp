// PB CHANGE SOURCE: takes what `buildbot sendchange` and commit hooks send (pb.md §16).
//
// Promises:  the sender's answer comes when the change is stored, or an error with the reason.
// Restart:   permanent. Its users and sessions are the PB manager's; senders that wait lose their
//            connection only if their session fails.
#pragma once

#include "actors/change_svc/messages.hpp"
#include "actors/pbmanager/session.hpp"

namespace troupe::change_svc {

struct pb_change_source_config {
  std::string prefix; ///< Files without it are left out; it is cut from the others.
  TROUPE_FIELDS(prefix)
};
struct pb_change_source_state {
  struct waiting {
    runtime::address session;
    std::int64_t request = 0;
    TROUPE_FIELDS(session, request)
  };
  std::map<std::string, waiting> asked; ///< By token, for the manager's answer.
  std::int64_t next_token = 1;
  std::int64_t changes = 0;
  TROUPE_FIELDS(asked, next_token, changes)
};

class pb_change_source
  : public runtime::service<pb_change_source, pb_change_source_config, pb_change_source_state> {
public:
  using hears = runtime::messages<pbmanager::session_opened, pbmanager::session_call,
                                  pbmanager::session_lost, change_accepted, change_refused>;
  static const runtime::service_kind& static_kind();
  void terminate(const std::string& reason) override;

  void on(const pbmanager::session_opened&);
  void on(const pbmanager::session_call&);
  void on(const pbmanager::session_lost&);
  void on(const change_accepted&);
  void on(const change_refused&);
};

/// What an `addChange` dictionary means, its files cut by `prefix`.
result<records::change> read_change(const wire::jelly& from, std::string_view prefix);

} // namespace troupe::change_svc
