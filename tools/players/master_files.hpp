// MASTER FILES: the files that the steps of a replayed master transfer. They are the recorded ones,
// in memory: the disk is neither read nor written.
#pragma once

#include <map>
#include <string>

#include "runtime/cell/system.hpp"
#include "runtime/io/files.hpp"

namespace troupe::players {

/// The part of a file that was recorded.
struct recorded_file {
  bytes content;
  std::string trouble; ///< Why it could not be read; empty: it could.
  TROUPE_FIELDS(content, trouble)
};

class master_files final : public runtime::sink {
public:
  using table = std::map<std::string, recorded_file>; ///< By path, as steps name it.

  explicit master_files(table recorded) : files_{std::move(recorded)} {}
  /// Serves this process from now on; called before its first message.
  void serve(runtime::system& sys) { sys_ = &sys; }
  void deliver(runtime::envelope mail) override;

  const table& all() const { return files_; }

private:
  io::file_done read(const io::read_block& what) const;
  io::file_done write(const io::write_block& what);
  io::file_done close(const io::close_file& what);

  runtime::system* sys_ = nullptr;
  table files_;
  std::map<std::string, bytes> begun_; ///< Being written.
};

} // namespace troupe::players
