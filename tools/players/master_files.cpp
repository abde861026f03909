#include "tools/players/master_files.hpp"

namespace troupe::players {

void master_files::deliver(runtime::envelope mail) {
  auto me = sys_->address_of(io::files_path);
  me.at()->depth--;
  auto answer = [&](const runtime::address& to, io::file_done how) {
    sys_->send(to, std::move(how), me);
  };
  if (const auto* block = mail.what.as<io::read_block>())
    answer(block->requester, read(*block));
  else if (const auto* more = mail.what.as<io::write_block>())
    answer(more->requester, write(*more));
  else if (const auto* end = mail.what.as<io::close_file>())
    answer(end->requester, close(*end));
}

// A file that was not recorded is empty: its name may depend on the build.
io::file_done master_files::read(const io::read_block& what) const {
  auto found = files_.find(what.path);
  if (found == files_.end())
    return {what.token, true, {}, {}};
  const auto& one = found->second;
  if (!one.trouble.empty())
    return {what.token, false, one.trouble, {}};
  auto at = std::min(static_cast<std::size_t>(what.offset), one.content.size());
  return {what.token, true, {}, one.content.substr(at, static_cast<std::size_t>(what.size))};
}

io::file_done master_files::write(const io::write_block& what) {
  auto& one = begun_[what.path];
  one.resize(static_cast<std::size_t>(what.offset));
  one += what.data;
  return {what.token, true, {}, {}};
}

io::file_done master_files::close(const io::close_file& what) {
  auto written = begun_.extract(what.path);
  if (what.keep)
    files_[what.path] = {written.empty() ? bytes{} : std::move(written.mapped()), {}};
  return {what.token, true, {}, {}};
}

} // namespace troupe::players
