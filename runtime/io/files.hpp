// FILES: blocks of files of the master, read and written at the I/O loop, for steps that transfer
// them.
//
// A file is written under a temporary name beside its own and takes its name when it is closed; its
// folders are made. Every request is answered with `file_done`, in order per requester.
#pragma once

#include <memory>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {
class system;
}

namespace troupe::io {

inline constexpr std::string_view files_path = "//files";

struct read_block {
  std::string path;
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(path, offset, size, token, requester)
};
/// Writes at `offset` of the temporary file; at 0 it begins again.
struct write_block {
  std::string path;
  std::int64_t offset = 0;
  bytes data;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(path, offset, data, token, requester)
};
/// The file is whole: gives it its mode, times and name; or removes the temporary file.
struct close_file {
  std::string path;
  bool keep = true;
  std::optional<std::int64_t> mode;
  std::optional<std::pair<double, double>> times;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(path, keep, mode, times, token, requester)
};
struct file_done {
  std::string token;
  bool ok = false;
  std::string message;
  bytes data;
  TROUPE_FIELDS(token, ok, message, data)
};

/// The real ones, on a thread of their own. Bound to `files_path` while it lives.
class files {
public:
  explicit files(runtime::system& sys);
  ~files();
  files(const files&) = delete;
  files& operator=(const files&) = delete;

private:
  std::shared_ptr<class files_loop> loop_;
};

} // namespace troupe::io
