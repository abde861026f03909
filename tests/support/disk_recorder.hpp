// Writes down every call of this process that changes what is below a folder, in order: what a disk
// would have been told. Only in programs that are linked with disk_calls.cpp, which puts itself
// before the C library. Files that are written through a map are not seen: LMDB's lock.mdb, whose
// content nobody relies on after a restart.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::test {

struct disk_call {
  enum class kind {
    make,   ///< `name` in the folder `node`, which is from now on `other`.
    rename, ///< `name` in the folder `node`, which is `other`, to `to`, in place of what is there.
    remove, ///< `name` from the folder `node`.
    write,  ///< `bytes` at `offset` of the file `node`.
    resize, ///< The file `node` to `offset` bytes.
    sync,   ///< The content of the file, or the names in the folder `node`.
    mark,   ///< The test's: `offset` is acknowledged.
  };

  kind what = kind::mark;
  int node = 0;
  std::string name, to;
  int other = 0;
  bool folder = false; ///< Of `make`.
  std::int64_t offset = 0;
  std::string bytes;
  bool durable = false; ///< Of `write`: on the disk when it returned (O_DSYNC).

  std::string message() const;
};

/// What shall go wrong with a write.
enum class trouble {
  none,
  no_room,     ///< Nothing is written, ENOSPC.
  unsure,      ///< Written, but whether it lasts is not known: EIO.
  unsure_stays ///< Likewise, and the next write is not done at all: EIO.
};

class disk_recorder {
public:
  /// Records until its end. One at a time; `root` is an absolute path and counts as durable.
  explicit disk_recorder(std::string root);
  /// Goes on where another recorder of the same files stopped.
  disk_recorder(std::string root, std::map<std::string, int> nodes);
  ~disk_recorder();
  disk_recorder(const disk_recorder&) = delete;
  disk_recorder& operator=(const disk_recorder&) = delete;

  void mark(std::int64_t acknowledged);
  /// Befalls the next write to a path that ends in `path`; only those with O_DSYNC if `durable`.
  void trip(trouble how, std::string path, bool durable);
  bool tripped() const { return trouble_ == trouble::none; }

  const std::vector<disk_call>& calls() const { return calls_; }

  // For disk_calls.cpp.
  static disk_recorder* active();
  void made(const std::string& path, bool folder);
  void renamed(const std::string& from, const std::string& to);
  void removed(const std::string& path);
  void wrote(int file, std::int64_t offset, std::string bytes, bool lasts);
  void resized(int file, std::int64_t size);
  void synced(int file);
  trouble take_trouble(int file);

private:
  int node_of(const std::string& path) const; ///< -1 if it is none of ours.
  void add(disk_call call) { calls_.push_back(std::move(call)); }

  std::string root_;
  std::map<std::string, int> nodes_; ///< By path.
  int next_node_ = 1;
  std::vector<disk_call> calls_;
  trouble trouble_ = trouble::none;
  std::string trouble_path_;
  bool trouble_durable_ = false;
};

} // namespace troupe::test
