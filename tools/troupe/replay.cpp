// `troupe replay`: a journal, played again.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>

#include <unistd.h>

#include <fmt/format.h>

#include "actors/master/tree.hpp"
#include "runtime/journal/journal_reader.hpp"
#include "runtime/replay/chain.hpp"
#include "runtime/replay/version_note.hpp"
#include "runtime/shell/call_words.hpp"
#include "storage/wall_time.hpp"
#include "tools/troupe/replay_journal.hpp"
#include "tools/troupe/shell_render.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace fs = std::filesystem;

namespace {

/// How far it is, on a terminal, now and then.
class progress_line {
public:
  void show(std::pair<std::uint64_t, std::uint64_t> bytes, std::uint64_t events) {
    auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - shown_ < std::chrono::seconds{1})
      return;
    shown_ = now;
    any_ = true;
    auto part = bytes.second > 0
                    ? 100.0 * static_cast<double>(bytes.first) / static_cast<double>(bytes.second)
                    : 0.0;
    std::fputs(fmt::format("\rreplaying: {:3.0f} %, {} events", part, events).c_str(), stderr);
  }
  ~progress_line() {
    if (any_)
      std::fputs("\n", stderr);
  }

private:
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  bool any_ = false;
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
};

/// What came of it, for both forms of the answer.
struct replay_report {
  std::uint64_t last = 0; ///< Record.
  std::uint64_t runs = 0; ///< Of the program, or parts between gaps.
  runtime::replay::figures count;
  std::vector<std::string> damage;
  std::vector<std::string> notes;    ///< Of other versions: which recorded it, what cannot be read.
  std::string reason;                ///< Why it probably differs, if another version recorded it.
  std::set<std::string> recorded_by; ///< Versions.
  std::optional<runtime::divergence> differs;
  std::optional<json> state;
  std::optional<std::vector<runtime::chain_link>> chain;
};

json as_shown(runtime::divergence what) {
  auto shown = to_json(what).as_object();
  shown["at"] = runtime::as_iso(what.at);
  return shown;
}

void print_json(const replay_report& of) {
  boost::json::object out;
  out["troupe_replay"] = 1;
  out["events"] = of.count.events;
  out["last_record"] = of.last;
  out["runs"] = of.runs;
  out["messages"] = of.count.messages;
  out["messages_compared"] = of.count.compared;
  out["states_compared"] = of.count.checksums;
  out["passed_over"] = of.count.passed_over;
  out["looking_around"] = of.count.looking;
  out["damage"] = to_json(of.damage);
  out["recorded_by"] = to_json(of.recorded_by);
  out["played_by"] = TROUPE_VERSION;
  out["notes"] = to_json(of.notes);
  out["likely_reason"] = of.reason.empty() ? json(nullptr) : to_json(of.reason);
  out["divergence"] = of.differs ? as_shown(*of.differs) : json(nullptr);
  if (of.state)
    out["state"] = *of.state;
  if (of.chain)
    out["chain"] = to_json(*of.chain);
  std::puts(print(out).c_str());
}

void print_text(const replay_report& of) {
  for (const auto& message : of.damage)
    complain(message);
  for (const auto& message : of.notes)
    complain(message);
  if (of.state)
    std::fputs(render("state", *of.state, {}).c_str(), stdout);
  if (of.chain) {
    auto links = to_json(*of.chain).as_array();
    for (std::size_t i = 0; i < links.size(); ++i)
      links[i].as_object()["at"] = runtime::as_iso((*of.chain)[i].at);
    std::fputs(render("cause", links, {}).c_str(), stdout);
  }
  if (of.differs)
    std::fputs(fmt::format("differs at record {} ({}), {} in {}: {}\n  recorded: {}\n  now:      "
                           "{}\n{}",
                           of.differs->order, runtime::as_iso(of.differs->at), of.differs->doing,
                           of.differs->cell, of.differs->what, print(of.differs->recorded),
                           print(of.differs->now), of.reason.empty() ? "" : "  " + of.reason + "\n")
                   .c_str(),
               stdout);
  std::fputs(
      fmt::format("{} events played up to record {}, {} of them with a message; compared: {} "
                  "messages, {} states; {} events could not be played, {} more were of "
                  "services that look around (the shell's)\n",
                  of.count.events, of.last, of.count.messages, of.count.compared,
                  of.count.checksums, of.count.passed_over, of.count.looking)
          .c_str(),
      stdout);
}

} // namespace

std::string journal_of(const std::string& where) {
  auto inside = fs::path{where} / "journal";
  std::error_code bad;
  return fs::is_directory(inside, bad) ? inside.string() : where;
}

int replay(const replay_options& options) {
  if (options.interactive)
    return replay_interactively(options);
  if (options.copies > 0 || !options.against.empty())
    return replay_as_stress(options);
  std::optional<instant> until;
  if (!options.until_time.empty()) {
    until = shell::read_instant(options.until_time, wall_time());
    if (!until)
      return complain(options.until_time
                      + ": not a time; 2026-11-22T19:42:00.5Z, 19:42:00 (today, "
                        "UTC) or 5m (ago) expected");
  }
  auto reader = runtime::journal_reader::open(journal_of(options.journal));
  if (!reader)
    return complain(reader.error().message);
  runtime::kind_registry kinds;
  master::add_kinds(kinds);
  runtime::replay again{kinds, options.check};
  runtime::chains causes;
  replay_report report;
  {
    progress_line line;
    bool any_unread = false; // the first is told
    while (reader->next()) {
      const auto& head = reader->head();
      if ((options.until && head.order > *options.until) || (until && head.at >= *until))
        break;
      if (reader->gap_before()) {
        again.forget();
        causes.forget();
        ++report.runs;
      }
      report.last = head.order;
      const auto& by = reader->segment().version;
      if (report.recorded_by.insert(by).second && by != TROUPE_VERSION)
        report.notes.push_back(runtime::version_note(by, TROUPE_VERSION));
      std::optional<runtime::divergence> differs;
      try {
        differs = again.feed(reader->kind(), head, reader->body());
      } catch (const failed& bad) { // its checksum was right: the writer was wrong
        report.damage.push_back(fmt::format("record {}: {}", head.order, bad.why().message));
        again.forget();
      }
      if (!again.unread().empty() && !std::exchange(any_unread, true))
        report.notes.push_back(
            fmt::format("record {} ({} in {}): {}", head.order, head.doing, head.cell,
                        runtime::with_reason(again.unread(), by, TROUPE_VERSION)));
      if (options.follow && reader->kind() == runtime::record_kind::event)
        causes.add(head, again);
      if (differs && options.check) {
        report.differs = std::move(differs);
        report.reason = runtime::version_reason(by, TROUPE_VERSION);
        break;
      }
      if (head.order % 4096 == 0)
        line.show(reader->progress(), again.count().events);
    }
  }
  report.count = again.count();
  for (auto& message : reader->damage())
    report.damage.push_back(std::move(message));
  if (!options.state.empty()) {
    auto* cell = again.find(options.state);
    if (!cell)
      return complain(
          fmt::format("{}: its state is not known at record {}", options.state, report.last));
    report.state = cell->service()->state_json();
  }
  if (options.follow) {
    report.chain = causes.of(*options.follow);
    if (report.chain->empty())
      return complain(fmt::format("record {} is no event of the last run", *options.follow));
  }
  if (options.json)
    print_json(report);
  else
    print_text(report);
  return report.differs ? failed_status : done;
}

} // namespace troupe::tool
