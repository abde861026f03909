// Puts a recorder before the C library's calls that change files. The names of assembly are used
// because headers rename some of these functions, and inline others, as macros have it.
#include <cerrno>
#include <cstdarg>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/support/disk_recorder.hpp"

using troupe::test::disk_recorder;
using troupe::test::trouble;

namespace {

// Address sanitizer makes the folder of its log_path before it can check anything, with our mkdir:
// what that runs is not checked.
#define TROUPE_UNCHECKED __attribute__((no_sanitize("address")))

template <class Function>
TROUPE_UNCHECKED Function* library(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int open_recorded(const char* path, int flags, mode_t mode, const char* name) {
  auto* recorder = disk_recorder::active();
  bool makes = recorder && (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  int file = library<int(const char*, int, ...)>(name)(path, flags, mode);
  if (makes && file >= 0)
    recorder->made(path, false);
  else if (recorder && file >= 0 && (flags & O_TRUNC) != 0)
    recorder->resized(file, 0);
  return file;
}

std::string joined(const iovec* parts, int count) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return all;
}

// `go` writes; `bytes` are what it is to write at `offset`.
template <class Bytes, class Go>
ssize_t write_recorded(int file, off_t offset, const Bytes& bytes, const Go& go) {
  auto* recorder = disk_recorder::active();
  if (!recorder)
    return go();
  auto how = recorder->take_trouble(file);
  if (how == trouble::no_room) {
    errno = ENOSPC;
    return -1;
  }
  ssize_t size = go();
  if (size >= 0)
    recorder->wrote(file, offset, bytes().substr(0, static_cast<std::size_t>(size)),
                    how == trouble::none);
  if (how == trouble::none)
    return size;
  errno = EIO;
  return -1;
}

// Where a write without a place of its own goes.
off_t place_of(int file) {
  return disk_recorder::active() ? lseek(file, 0, SEEK_CUR) : 0;
}

// Tells the recorder of what has succeeded.
template <class Tell>
int told(int code, const Tell& tell) {
  if (auto* recorder = disk_recorder::active(); recorder && code == 0)
    tell(*recorder);
  return code;
}

std::string path_in(int folder, const char* path) {
  std::string link = "/proc/self/fd/" + std::to_string(folder), in(4096, '\0');
  if (folder == AT_FDCWD || *path == '/')
    return path;
  auto size = readlink(link.c_str(), in.data(), in.size());
  in.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return in + "/" + path;
}

} // namespace

#define TROUPE_BEFORE_LIBRARY(type, ours, name, ...)                                               \
  extern "C" type ours(__VA_ARGS__) __asm__(name);                                                 \
  extern "C" type ours(__VA_ARGS__)

#define TROUPE_OPEN(ours, name)                                                                    \
  TROUPE_BEFORE_LIBRARY(int, ours, name, const char* path, int flags, ...) {                       \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;                                 \
    va_end(rest);                                                                                  \
    return open_recorded(path, flags, mode, name);                                                 \
  }

TROUPE_OPEN(recorded_open, "open")
TROUPE_OPEN(recorded_open64, "open64")

#define TROUPE_PWRITE(ours, name)                                                                  \
  TROUPE_BEFORE_LIBRARY(ssize_t, ours, name, int file, const void* from, size_t size,              \
                        off_t offset) {                                                            \
    return write_recorded(                                                                         \
        file, offset,                                                                              \
        [&] {                                                                                      \
          return std::string{static_cast<const char*>(from), size};                                \
        },                                                                                         \
        [&] {                                                                                      \
          return library<ssize_t(int, const void*, size_t, off_t)>(name)(file, from, size,         \
                                                                         offset);                  \
        });                                                                                        \
  }

TROUPE_PWRITE(recorded_pwrite, "pwrite")
TROUPE_PWRITE(recorded_pwrite64, "pwrite64")

#define TROUPE_PWRITEV(ours, name)                                                                 \
  TROUPE_BEFORE_LIBRARY(ssize_t, ours, name, int file, const iovec* parts, int count,              \
                        off_t offset) {                                                            \
    return write_recorded(                                                                         \
        file, offset, [&] { return joined(parts, count); },                                        \
        [&] {                                                                                      \
          return library<ssize_t(int, const iovec*, int, off_t)>(name)(file, parts, count,         \
                                                                       offset);                    \
        });                                                                                        \
  }

TROUPE_PWRITEV(recorded_pwritev, "pwritev")
TROUPE_PWRITEV(recorded_pwritev64, "pwritev64")

TROUPE_BEFORE_LIBRARY(ssize_t, recorded_write, "write", int file, const void* from, size_t size) {
  return write_recorded(
      file, place_of(file),
      [&] {
        return std::string{static_cast<const char*>(from), size};
      },
      [&] { return library<ssize_t(int, const void*, size_t)>("write")(file, from, size); });
}

TROUPE_BEFORE_LIBRARY(ssize_t, recorded_writev, "writev", int file, const iovec* parts, int count) {
  return write_recorded(
      file, place_of(file), [&] { return joined(parts, count); },
      [&] { return library<ssize_t(int, const iovec*, int)>("writev")(file, parts, count); });
}

#define TROUPE_FTRUNCATE(ours, name)                                                               \
  TROUPE_BEFORE_LIBRARY(int, ours, name, int file, off_t size) {                                   \
    return told(library<int(int, off_t)>(name)(file, size),                                        \
                [&](disk_recorder& to) { to.resized(file, size); });                               \
  }

TROUPE_FTRUNCATE(recorded_ftruncate, "ftruncate")
TROUPE_FTRUNCATE(recorded_ftruncate64, "ftruncate64")

#define TROUPE_SYNC(ours, name)                                                                    \
  TROUPE_BEFORE_LIBRARY(int, ours, name, int file) {                                               \
    return told(library<int(int)>(name)(file), [&](disk_recorder& to) { to.synced(file); });       \
  }

TROUPE_SYNC(recorded_fsync, "fsync")
TROUPE_SYNC(recorded_fdatasync, "fdatasync")

extern "C" int recorded_mkdir(const char* path, mode_t mode) __asm__("mkdir");
extern "C" TROUPE_UNCHECKED int recorded_mkdir(const char* path, mode_t mode) {
  int code = library<int(const char*, mode_t)>("mkdir")(path, mode);
  if (auto* recorder = disk_recorder::active(); recorder && code == 0)
    recorder->made(path, true);
  return code;
}

TROUPE_BEFORE_LIBRARY(int, recorded_rename, "rename", const char* from, const char* to_path) {
  return told(library<int(const char*, const char*)>("rename")(from, to_path),
              [&](disk_recorder& to) { to.renamed(from, to_path); });
}

#define TROUPE_REMOVE(ours, name)                                                                  \
  TROUPE_BEFORE_LIBRARY(int, ours, name, const char* path) {                                       \
    return told(library<int(const char*)>(name)(path),                                             \
                [&](disk_recorder& to) { to.removed(path); });                                     \
  }

TROUPE_REMOVE(recorded_unlink, "unlink")
TROUPE_REMOVE(recorded_rmdir, "rmdir")
TROUPE_REMOVE(recorded_remove, "remove")

TROUPE_BEFORE_LIBRARY(int, recorded_unlinkat, "unlinkat", int folder, const char* path, int flags) {
  auto whole = path_in(folder, path);
  return told(library<int(int, const char*, int)>("unlinkat")(folder, path, flags),
              [&](disk_recorder& to) { to.removed(whole); });
}
