// An LMDB environment: one folder, one process, many threads. Everything here throws `failed` with
// the folder and the operation in its words.
#pragma once

#include <memory>
#include <string>

#include "storage/result.hpp"

struct MDB_env;

namespace troupe::storage::lmdb {

struct env_options {
  std::size_t bytes_max = std::size_t{1} << 30; ///< Address space; the file grows as needed.
  unsigned tables_max = 64;
  unsigned readers_max = 126;
  bool read_only = false; ///< Takes no locks and changes no file: for looking before opening.
};

/// What `code`, an LMDB or system error, means to callers.
failure explain(int code, std::string_view operation, std::string_view folder);

class env {
public:
  /// Opens or makes the environment in `folder`, which exists. Clears readers that died. What is
  /// then seen is durable, also if an earlier process was killed before it could see to that; the
  /// name of `folder` is the caller's to sync.
  env(std::string folder, const env_options& options);
  ~env();
  env(const env&) = delete;
  env& operator=(const env&) = delete;

  const std::string& folder() const { return folder_; }
  /// Pages in use or free for reuse: never shrinks.
  std::size_t bytes_used() const;
  std::size_t bytes_max() const;

  /// Snapshots that are held now, and at most.
  std::pair<unsigned, unsigned> readers() const;

  /// Ends in `failed` if `code` is an error.
  void check(int code, std::string_view operation) const;
  MDB_env* handle() const { return env_; }

private:
  std::size_t last_page_end() const;
  void check_length() const;

  MDB_env* env_ = nullptr;
  std::string folder_;
};

} // namespace troupe::storage::lmdb
