// ARCHIVE: answers questions about the past of the running system, on a thread of its own, so that
// nobody waits for it but the asker; and has cells at rest record their states where the journal
// begins anew. Outside of the tree, as the rim is.
#pragma once

#include <memory>

#include "runtime/replay/past.hpp"

namespace troupe::runtime {

class system;

inline constexpr std::string_view archive_path = "//journal";

/// Each question is answered with `past_told`.
struct tell_past_state {
  std::string path;
  instant when;
  std::string token;
  address asker;
  TROUPE_FIELDS(path, when, token, asker)
};
struct tell_causes {
  cause_question what;
  std::string token;
  address asker;
  TROUPE_FIELDS(what, token, asker)
};
struct tell_segments {
  std::string token;
  address asker;
  TROUPE_FIELDS(token, asker)
};
struct past_told {
  std::string token;
  bool ok = false;
  std::string words; ///< Why not.
  json content;
  TROUPE_FIELDS(token, ok, words, content)
};

/// Bound to `archive_path` of `sys` while it lives. Questions that wait beyond a few are refused.
class archive {
public:
  explicit archive(system& sys);
  ~archive();
  archive(const archive&) = delete;
  archive& operator=(const archive&) = delete;

private:
  system* system_;
  std::shared_ptr<class archive_loop> loop_;
};

} // namespace troupe::runtime
