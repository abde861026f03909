#include "tests/support/disk_recorder.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace troupe::test {

namespace {

disk_recorder* recording = nullptr;

// A file's path now, also after it was renamed.
std::string path_of(int file) {
  std::array<char, 4096> text{};
  auto link = fmt::format("/proc/self/fd/{}", file);
  auto size = readlink(link.c_str(), text.data(), text.size());
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

std::pair<std::string, std::string> split(const std::string& path) {
  auto slash = path.rfind('/');
  return {path.substr(0, slash), path.substr(slash + 1)};
}

} // namespace

std::string disk_call::message() const {
  switch (what) {
  case kind::make:
    return fmt::format("make {} {} ({}) in {}", folder ? "folder" : "file", name, other, node);
  case kind::rename:
    return fmt::format("rename {} to {} in {}", name, to, node);
  case kind::remove:
    return fmt::format("remove {} from {}", name, node);
  case kind::write:
    return fmt::format("write {} bytes at {} of {}{}", bytes.size(), offset, node,
                       durable ? ", durable" : "");
  case kind::resize:
    return fmt::format("resize {} to {}", node, offset);
  case kind::sync:
    return fmt::format("sync {}", node);
  case kind::mark:
    return fmt::format("acknowledged {}", offset);
  }
  return {};
}

// Called before address sanitizer is ready, as the calls of disk_calls.cpp are.
__attribute__((no_sanitize("address"))) disk_recorder* disk_recorder::active() {
  return recording;
}

disk_recorder::disk_recorder(std::string root) : disk_recorder{root, {{root, 0}}} {}

disk_recorder::disk_recorder(std::string root, std::map<std::string, int> nodes)
  : root_{std::move(root)}, nodes_{std::move(nodes)} {
  for (const auto& [path, node] : nodes_)
    next_node_ = std::max(next_node_, node + 1);
  recording = this;
}

disk_recorder::~disk_recorder() {
  recording = nullptr;
}

void disk_recorder::mark(std::int64_t acknowledged) {
  disk_call call;
  call.offset = acknowledged;
  add(std::move(call));
}

void disk_recorder::trip(trouble how, std::string path, bool durable) {
  trouble_ = how;
  trouble_path_ = std::move(path);
  trouble_durable_ = durable;
}

trouble disk_recorder::take_trouble(int file) {
  if (trouble_ == trouble::none)
    return trouble::none;
  auto path = path_of(file);
  bool durable = (fcntl(file, F_GETFL) & O_DSYNC) != 0;
  if (node_of(path) < 0 || !path.ends_with(trouble_path_) || (trouble_durable_ && !durable))
    return trouble::none;
  auto taken = trouble_;
  trouble_ = trouble::none;
  if (taken == trouble::unsure_stays)
    trip(trouble::no_room, trouble_path_, false); // what LMDB writes back over it
  return taken;
}

int disk_recorder::node_of(const std::string& path) const {
  auto found = nodes_.find(path);
  return found == nodes_.end() ? -1 : found->second;
}

void disk_recorder::made(const std::string& path, bool folder) {
  auto [in, name] = split(path);
  if (node_of(in) < 0)
    return;
  disk_call call;
  call.what = disk_call::kind::make;
  call.node = node_of(in);
  call.name = name;
  call.other = nodes_[path] = next_node_++;
  call.folder = folder;
  add(std::move(call));
}

void disk_recorder::renamed(const std::string& from, const std::string& to) {
  auto [in, name] = split(from);
  auto [to_in, to_name] = split(to);
  if (node_of(from) < 0)
    return;
  disk_call call;
  call.what = disk_call::kind::rename;
  // The store renames within a folder only; anything else would show when all is compared.
  call.node = node_of(in);
  call.name = name;
  call.to = to_name;
  call.other = node_of(from);
  add(std::move(call));
  std::map<std::string, int> moved;
  for (const auto& [path, node] : nodes_)
    if (path == from || path.starts_with(from + "/"))
      moved[to + path.substr(from.size())] = node;
    else if (path != to)
      moved[path] = node;
  nodes_ = std::move(moved);
}

void disk_recorder::removed(const std::string& path) {
  auto [in, name] = split(path);
  if (node_of(path) < 0)
    return;
  disk_call call;
  call.what = disk_call::kind::remove;
  call.node = node_of(in);
  call.name = name;
  add(std::move(call));
  nodes_.erase(path);
}

void disk_recorder::wrote(int file, std::int64_t offset, std::string bytes, bool lasts) {
  disk_call call;
  call.what = disk_call::kind::write;
  call.node = node_of(path_of(file));
  if (call.node < 0)
    return;
  call.offset = offset;
  call.bytes = std::move(bytes);
  call.durable = lasts && (fcntl(file, F_GETFL) & O_DSYNC) != 0;
  add(std::move(call));
}

void disk_recorder::resized(int file, std::int64_t size) {
  disk_call call;
  call.what = disk_call::kind::resize;
  call.node = node_of(path_of(file));
  call.offset = size;
  if (call.node >= 0)
    add(std::move(call));
}

void disk_recorder::synced(int file) {
  disk_call call;
  call.what = disk_call::kind::sync;
  call.node = node_of(path_of(file));
  if (call.node >= 0)
    add(std::move(call));
}

} // namespace troupe::test
