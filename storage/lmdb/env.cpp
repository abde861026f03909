#include "storage/lmdb/env.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <lmdb.h>
#include <sys/stat.h>

#include "storage/lmdb/free_list.hpp"
#include "storage/sync.hpp"

namespace troupe::storage::lmdb {

namespace {

errc code_of(int code) {
  switch (code) {
  case MDB_MAP_FULL:
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return errc::full;
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_INVALID:
    return errc::corrupt;
  case MDB_BAD_VALSIZE:
  case MDB_INCOMPATIBLE:
  case MDB_VERSION_MISMATCH:
    return errc::invalid;
  case MDB_READERS_FULL:
    return errc::refused;
  default:
    return errc::io;
  }
}

std::string_view remedy(int code) {
  switch (code) {
  case MDB_MAP_FULL:
    return "; it has reached its configured size: raise that and restart";
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return "; make room and try again";
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_INVALID:
    return "; its file is damaged or no store: restore it from a backup";
  case MDB_READERS_FULL:
    return "; too many snapshots are held at a time";
  case MDB_PANIC:
    return "; an earlier write failed half-way: restart";
  case EACCES:
  case EPERM:
  case EROFS:
    return "; give this user the right to write there";
  default:
    return "";
  }
}

} // namespace

failure explain(int code, std::string_view operation, std::string_view folder) {
  return {code_of(code),
          fmt::format("{}: {}: {}{}", folder, operation, mdb_strerror(code), remedy(code))};
}

env::env(std::string folder, const env_options& options) : folder_{std::move(folder)} {
  try {
    check(mdb_env_create(&env_), "making an environment");
    check(mdb_env_set_mapsize(env_, options.bytes_max), "setting its size");
    check(mdb_env_set_maxdbs(env_, options.tables_max), "setting its tables");
    check(mdb_env_set_maxreaders(env_, options.readers_max), "setting its readers");
    // Readers are bound to their transaction, not to a thread: services change threads.
    unsigned flags = MDB_NOTLS;
    if (options.read_only)
      flags |= MDB_RDONLY | MDB_NOLOCK;
    check(mdb_env_open(env_, folder_.c_str(), flags, 0640), "opening");
    check_length();
    if (!options.read_only) {
      int dead = 0;
      check(mdb_reader_check(env_, &dead), "clearing dead readers");
      check(mdb_env_sync(env_, 1), "making durable what is there");
      sync_folder(folder_);
    }
  } catch (...) {
    if (env_)
      mdb_env_close(env_);
    throw;
  }
}

env::~env() {
  mdb_env_close(env_);
}

std::size_t env::last_page_end() const {
  MDB_envinfo info;
  MDB_stat stat;
  check(mdb_env_info(env_, &info), "looking at its size");
  check(mdb_env_stat(env_, &stat), "looking at its size");
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

// LMDB does not write pages that were taken and given back within one transaction. At the end of
// the file they are missing without a loss; a page in use that is missing would end the process
// when it is read.
void env::check_length() const {
  int file = -1;
  check(mdb_env_get_fd(env_, &file), "looking at its file");
  struct stat seen;
  if (fstat(file, &seen) != 0)
    check(errno, "looking at its file");
  auto bytes = static_cast<std::size_t>(seen.st_size);
  if (bytes < last_page_end() && !only_free_beyond(file, bytes))
    throw failed{{errc::corrupt, fmt::format("{}: data.mdb is cut off: {} of {} bytes are there; "
                                             "restore it from a backup",
                                             folder_, bytes, last_page_end())}};
}

std::size_t env::bytes_used() const {
  return last_page_end();
}

std::size_t env::bytes_max() const {
  MDB_envinfo info;
  check(mdb_env_info(env_, &info), "looking at its size");
  return info.me_mapsize;
}

// LMDB counts slots that were ever taken; those in use are listed.
std::pair<unsigned, unsigned> env::readers() const {
  MDB_envinfo info;
  check(mdb_env_info(env_, &info), "looking at its readers");
  unsigned held = 0;
  mdb_reader_list(
      env_,
      [](const char* line, void* count) {
        bool idle = std::string_view{line}.find(" -\n") != std::string_view::npos;
        bool heading = std::string_view{line}.find("txnid") != std::string_view::npos;
        *static_cast<unsigned*>(count) += !idle && !heading;
        return 0;
      },
      &held);
  return {held, info.me_maxreaders};
}

void env::check(int code, std::string_view operation) const {
  if (code != MDB_SUCCESS)
    throw failed{explain(code, operation, folder_)};
}

} // namespace troupe::storage::lmdb
