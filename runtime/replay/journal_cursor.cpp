#include "runtime/replay/journal_cursor.hpp"

#include "runtime/replay/version_note.hpp"

namespace troupe::runtime {

namespace {

std::string name_of(record_kind kind) {
  switch (kind) {
  case record_kind::event:
    return "event";
  case record_kind::participant:
    return "participant";
  case record_kind::checksum:
    return "checksum";
  case record_kind::name:
    break;
  }
  return "unknown";
}

} // namespace

journal_cursor::journal_cursor(journal_reader reader, std::string version, replay_notes& notes)
  : reader_{std::move(reader)}, version_{std::move(version)}, notes_{notes} {}

void journal_cursor::advance() {
  next_.reset();
  if (!reader_.next()) {
    for (auto& message : reader_.damage())
      notes_.add(std::move(message));
    return;
  }
  const auto& segment = reader_.segment();
  if (std::pair mark{segment.run_began, segment.process}; run_mark_ != mark) {
    run_mark_ = mark;
    ++run_;
  }
  next_version_ = segment.version;
  if (auto message = version_note(segment.version, version_); !message.empty())
    notes_.add(std::move(message));
  const auto& head = reader_.head();
  next_ = record_view{run_,
                      head.order,
                      head.at,
                      name_of(reader_.kind()),
                      std::string{head.cell},
                      std::string{head.doing},
                      std::string{head.sender},
                      head.cause.event};
}

result<void> journal_cursor::go(const journal_reader::place& to, std::uint64_t run) {
  if (auto gone = reader_.go(to); !gone) {
    if (gone.error().code == errc::corrupt)
      next_.reset(); // the reader has nothing more
    return gone;
  }
  run_ = run;
  run_mark_.reset();
  if (run_ > 0)
    run_mark_ = {reader_.segment().run_began, reader_.segment().process};
  advance();
  return {};
}

} // namespace troupe::runtime
