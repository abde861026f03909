#include "tests/support/lossy_disk.hpp"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "storage/check.hpp"
#include "tests/support/temp_folder.hpp"

namespace troupe::test {

namespace {

constexpr std::int64_t page = 4096, sector = 512;

using kind = disk_call::kind;

std::int64_t end_of(const lossy_disk::change& what) {
  return what.offset + std::int64_t(what.bytes.size());
}

} // namespace

std::vector<lossy_disk::change> lossy_disk::changes_of(std::size_t index) const {
  const auto& call = calls_[index];
  std::vector<change> out;
  auto add = [&] {
    change one;
    one.id = int(index) * 4096 + int(out.size());
    one.what = call.what;
    one.node = call.node;
    one.offset = call.offset;
    one.call = &call;
    one.aside = call.what != kind::make && aside_.contains(call.node);
    out.push_back(std::move(one));
  };
  if (call.what != kind::write) {
    add();
    return out;
  }
  auto end = call.offset + std::int64_t(call.bytes.size());
  for (auto from = call.offset; from < end;) {
    auto to = std::min(end, (from / page + 1) * page);
    add();
    out.back().offset = from;
    out.back().bytes = call.bytes.substr(std::size_t(from - call.offset), std::size_t(to - from));
    from = to;
  }
  auto seen = sizes_.find(call.node);
  if (end > (seen == sizes_.end() ? 0 : seen->second)) {
    add();
    out.back().what = kind::resize;
    out.back().offset = end;
    out.back().grows = true;
  }
  return out;
}

void lossy_disk::apply(image& to, const change& what, std::uint32_t fate, char filler) {
  if (fate == 0)
    return;
  auto& in = to[what.node];
  auto fit = [&](std::int64_t size) {
    if (std::int64_t(in.content.size()) < size)
      in.content.resize(std::size_t(size), filler);
  };
  switch (what.what) {
  case kind::write:
    for (auto from = what.offset; from < end_of(what);) {
      auto next = std::min(end_of(what), (from / sector + 1) * sector);
      // A number other than 1 has a bit for each sector of the page.
      if (fate == 1 || ((fate >> (from % page / sector)) & 1) != 0) {
        fit(next);
        std::copy_n(what.bytes.begin() + (from - what.offset), next - from,
                    in.content.begin() + from);
      }
      from = next;
    }
    break;
  case kind::resize:
    fit(what.offset);
    if (!what.grows)
      in.content.resize(std::size_t(what.offset));
    break;
  case kind::make:
    in.names[what.call->name] = what.call->other;
    break;
  case kind::rename:
    in.names.erase(what.call->name);
    in.names[what.call->to] = what.call->other;
    break;
  case kind::remove:
    in.names.erase(what.call->name);
    break;
  case kind::sync:
  case kind::mark:
    break;
  }
}

// A write that lasts is later than what is still open at its place: that may not come over it.
void lossy_disk::overtake(const change& by) {
  std::vector<change> left;
  for (auto& each : pending_) {
    if (by.what != kind::write || each.what != kind::write || each.node != by.node
        || end_of(each) <= by.offset || end_of(by) <= each.offset) {
      left.push_back(std::move(each));
      continue;
    }
    if (each.offset < by.offset) {
      left.push_back(each);
      left.back().bytes.resize(std::size_t(by.offset - each.offset));
    }
    if (end_of(by) < end_of(each)) {
      left.push_back(each);
      left.back().bytes.erase(0, std::size_t(end_of(by) - each.offset));
      left.back().offset = end_of(by);
      left.back().id += 2048;
    }
  }
  pending_ = std::move(left);
}

void lossy_disk::advance() {
  const auto& call = calls_[at_];
  if (call.what == kind::make) {
    disk_[call.other].folder = call.folder; // there, if under no name yet
    if (call.name == "lock" || call.name == "lock.mdb")
      aside_.insert(call.other);
  }
  if (call.what == kind::mark) {
    acknowledged_ = call.offset;
    tried_.clear();
  } else if (call.what == kind::sync) {
    tried_.clear();
    for (const auto& each : pending_)
      if (each.node == call.node)
        apply(disk_, each, 1, '\0');
    std::erase_if(pending_, [&](const change& each) { return each.node == call.node; });
  } else {
    auto changes = changes_of(at_);
    for (auto& each : changes) {
      if (call.durable) {
        tried_.clear();
        overtake(each);
        apply(disk_, each, 1, '\0');
      } else {
        pending_.push_back(std::move(each));
      }
    }
    auto& size = sizes_[call.node];
    if (call.what == kind::write)
      size = std::max(size, call.offset + std::int64_t(call.bytes.size()));
    else if (call.what == kind::resize)
      size = call.offset;
  }
  ++at_;
}

std::vector<lossy_disk::change> lossy_disk::open_changes() const {
  auto open = pending_;
  if (under_way() && calls_[at_].what == kind::write)
    for (auto& each : changes_of(at_))
      open.push_back(std::move(each));
  return open;
}

std::vector<lossy_disk::fates> lossy_disk::tries(const std::vector<change>& open, int more,
                                                 std::mt19937& random) {
  std::vector<fates> out;
  auto add = [&](fates one) {
    std::string key;
    for (std::size_t i = 0; i < one.size(); ++i)
      if (one[i] != 0)
        key += fmt::format("{}:{} ", open[i].id, one[i]);
    if (!tried_.insert(std::move(key)).second)
      return;
    out.push_back(std::move(one));
  };
  add(fates(open.size(), 0));
  add(fates(open.size(), 1));
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (open[i].aside)
      continue;
    fates alone(open.size(), 0), missing(open.size(), 1);
    alone[i] = 1;
    missing[i] = 0;
    add(std::move(alone));
    add(std::move(missing));
  }
  for (int i = 0; i < more && !open.empty(); ++i) {
    fates any(open.size(), 0);
    for (std::size_t each = 0; each < open.size(); ++each) {
      any[each] = random() % 2;
      // Every fourth page is torn; a part of a page, which lies within its sector, is not.
      if (open[each].what == kind::write && std::int64_t(open[each].bytes.size()) > sector
          && random() % 4 == 0)
        any[each] = 2 + random() % 253;
    }
    add(std::move(any));
  }
  return out;
}

void lossy_disk::list_node(const image& from, int number, const std::string& path,
                           std::map<std::string, int>& to) {
  to[path] = number;
  for (const auto& [name, each] : from.at(number).names)
    list_node(from, each, path + "/" + name, to);
}

std::map<std::string, int> lossy_disk::nodes_in(const std::string& folder) const {
  auto now = disk_;
  for (const auto& each : pending_)
    apply(now, each, 1, '\0');
  std::map<std::string, int> out;
  list_node(now, 0, folder, out);
  return out;
}

void lossy_disk::write_node(const image& from, int number, const std::string& path, bool stale) {
  const auto& what = from.at(number);
  if (what.folder) {
    mkdir(path.c_str(), 0750);
    for (const auto& [name, each] : what.names)
      write_node(from, each, path + "/" + name, stale);
    return;
  }
  // What was written through a map may be anything.
  bool mapped = path.ends_with("/lock.mdb") && stale;
  auto content = mapped ? std::string(what.content.size(), '\x5a') : what.content;
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  TROUPE_CHECK(file >= 0, "the disk after the loss can be made");
  auto written = write(file, content.data(), content.size());
  close(file);
  TROUPE_CHECK(written == ssize_t(content.size()), "the disk after the loss can be made");
}

void lossy_disk::write_out(const std::vector<change>& changes, const fates& kept, bool stale,
                           const std::string& folder) const {
  auto after = disk_;
  for (std::size_t i = 0; i < changes.size(); ++i)
    apply(after, changes[i], kept[i], stale ? '\xa5' : '\0');
  std::filesystem::remove_all(folder);
  write_node(after, 0, folder, stale);
}

} // namespace troupe::test
