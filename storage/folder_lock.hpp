// The lock of a store's folder: one process has it, and the system takes it back when that ends.
// The file holds the process id of the last holder.
#pragma once

#include <string>

#include "storage/result.hpp"

namespace troupe::storage {

class folder_lock {
public:
  /// Takes the lock file at `path`, making it if `make`; without a file and without `make` nothing
  /// is held. Throws `failed`: conflict if another process has it.
  folder_lock(std::string path, bool make);
  ~folder_lock();
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;

  bool held() const { return file_ >= 0; }
  /// Writes our process id into it.
  void sign();

private:
  std::string path_;
  int file_ = -1;
};

} // namespace troupe::storage
