// JOURNAL QUERY SERVICE: answers questions about the past of the running system, on a thread of its
// own, so that nobody waits for it but the requester; and has cells at rest record their states
// where the journal begins again. Outside of the tree, as the I/O loop is.
#pragma once

#include <memory>

#include "runtime/replay/past.hpp"

namespace troupe::runtime {

class system;

inline constexpr std::string_view journal_query_path = "//journal";

/// Each question is answered with `past_told`.
struct tell_past_state {
  std::string path;
  instant when;
  std::string token;
  address requester;
  TROUPE_FIELDS(path, when, token, requester)
};
struct tell_causes {
  cause_question what;
  std::string token;
  address requester;
  TROUPE_FIELDS(what, token, requester)
};
struct tell_segments {
  std::string token;
  address requester;
  TROUPE_FIELDS(token, requester)
};
struct past_told {
  std::string token;
  bool ok = false;
  std::string message; ///< Why not.
  json content;
  TROUPE_FIELDS(token, ok, message, content)
};

/// Bound to `journal_query_path` of `sys` while it lives. Questions that wait beyond a few are
/// refused.
class journal_query_service {
public:
  explicit journal_query_service(system& sys);
  ~journal_query_service();
  journal_query_service(const journal_query_service&) = delete;
  journal_query_service& operator=(const journal_query_service&) = delete;

private:
  system* system_;
  std::shared_ptr<class archive_loop> loop_;
};

} // namespace troupe::runtime
