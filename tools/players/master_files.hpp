// MASTER FILES: the files of a master in virtual time that its steps transfer. They are those of
// the record, in memory: the disk is neither read nor written.
#pragma once

#include <map>
#include <string>

#include "runtime/cell/system.hpp"
#include "runtime/io/files.hpp"

namespace troupe::players {

/// As far as the record tells.
struct recorded_file {
  bytes content;
  std::string trouble; ///< Why it could not be read; empty: it could.
  TROUPE_FIELDS(content, trouble)
};

class master_files final : public runtime::sink {
public:
  using table = std::map<std::string, recorded_file>; ///< By path, as steps name it.

  explicit master_files(table recorded) : files_{std::move(recorded)} {}
  /// The process of now. It must be told of another one before that one's first message.
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
