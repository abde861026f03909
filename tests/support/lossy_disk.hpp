// What a disk may hold after the power has gone, as far as POSIX promises anything: what was synced
// is there; of what came after the last sync of a file any part may be, in any order, page by page
// and sector by sector, whether the file's new size is there or not; likewise the names in a
// folder.
//
// One assumption, which is LMDB's: a write within one sector of 512 bytes is there or is not. Its
// meta pages are written so.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/disk_recorder.hpp"

namespace troupe::test {

class lossy_disk {
public:
  /// A page of a write, a size, or a name: what is there or not.
  struct change {
    int id = 0;
    disk_call::kind what = disk_call::kind::write;
    int node = 0;
    std::int64_t offset = 0; ///< Or the size.
    std::string bytes;
    bool grows = false; ///< Of a size: the file is at least so long.
    const disk_call* call = nullptr;
    bool aside = false; ///< Content of a lock file, which counts for nothing after a restart.
  };
  /// What of each change is there: 0 nothing, 1 all, else a part that the number decides.
  using fates = std::vector<std::uint32_t>;

  /// Before the first of `calls`, which outlive this.
  explicit lossy_disk(const std::vector<disk_call>& calls) : calls_{calls} {
    disk_[0].folder = true;
  }

  /// Whether there is a next call; the power goes while it is under way.
  bool under_way() const { return at_ < calls_.size(); }
  std::size_t at() const { return at_; }
  std::int64_t acknowledged() const { return acknowledged_; }
  /// The call has returned.
  void advance();

  /// What has been said and is not sure to be there.
  const std::vector<change>& pending() const { return pending_; }
  /// What is not sure to be there. The call under way counts if it is a write.
  std::vector<change> open_changes() const;
  /// Fates worth a try: none, all, each alone, each missing, and `more` others. Those that were
  /// tried since the disk last changed for sure are left out. What is aside is not tried alone.
  std::vector<fates> tries(const std::vector<change>& open, int more, std::mt19937& random);

  /// Makes `folder` what the disk then holds. With `stale`, what is within a file's size but was
  /// not written is not zeros.
  void write_out(const std::vector<change>& open, const fates& kept, bool stale,
                 const std::string& folder) const;
  /// If the process had ended and the power stayed: the nodes by path, below `folder`.
  std::map<std::string, int> nodes_in(const std::string& folder) const;

private:
  struct node {
    bool folder = false;
    std::string content;
    std::map<std::string, int> names;
  };
  using image = std::map<int, node>;

  std::vector<change> changes_of(std::size_t call) const;
  static void apply(image& to, const change& what, std::uint32_t fate, char filler);
  void overtake(const change& by);
  static void list_node(const image& from, int node, const std::string& path,
                        std::map<std::string, int>& to);
  static void write_node(const image& from, int node, const std::string& path, bool stale);

  const std::vector<disk_call>& calls_;
  std::size_t at_ = 0;
  std::int64_t acknowledged_ = -1;
  image disk_; ///< What is there for sure.
  std::vector<change> pending_;
  std::map<int, std::int64_t> sizes_; ///< As the running system sees them.
  std::set<int> aside_;               ///< Files.
  std::set<std::string> tried_;
};

} // namespace troupe::test
