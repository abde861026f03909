// `troupe replay`: a journal, played again.
#include <chrono>
#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include <fmt/format.h>

#include "actors/master/tree.hpp"
#include "runtime/journal/journal_reader.hpp"
#include "runtime/replay/replay.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace fs = std::filesystem;

namespace {

/// A master's folder has its journal in "journal".
std::string journal_of(const std::string& where) {
  auto inside = fs::path{where} / "journal";
  std::error_code bad;
  return fs::is_directory(inside, bad) ? inside.string() : where;
}

void print_divergence(const runtime::divergence& what) {
  std::printf("differs at record %llu (%s), %s in %s: %s\n  recorded: %s\n  now:      %s\n",
              static_cast<unsigned long long>(what.order), runtime::as_iso(what.at).c_str(),
              what.doing.c_str(), what.cell.c_str(), what.what.c_str(),
              print(what.recorded).c_str(), print(what.now).c_str());
}

/// How far it is, on a terminal, now and then.
class progress_line {
public:
  void show(std::pair<std::uint64_t, std::uint64_t> bytes, std::uint64_t turns) {
    auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - shown_ < std::chrono::seconds{1})
      return;
    shown_ = now;
    std::fprintf(stderr, "\rreplaying: %3.0f %%, %llu turns",
                 bytes.second > 0 ? 100.0 * static_cast<double>(bytes.first)
                                      / static_cast<double>(bytes.second)
                                  : 0.0,
                 static_cast<unsigned long long>(turns));
    any_ = true;
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

} // namespace

int replay(const replay_options& options) {
  auto reader = runtime::journal_reader::open(journal_of(options.journal));
  if (!reader)
    return complain(reader.error().words);
  runtime::kind_registry kinds;
  master::add_kinds(kinds);
  runtime::replay again{kinds, options.check};
  std::optional<runtime::divergence> differs;
  std::uint64_t runs = 0, last = 0;
  {
    progress_line line;
    while (reader->next()) {
      const auto& head = reader->head();
      if (options.until && head.order > *options.until)
        break;
      if (reader->begins_anew()) {
        again.forget();
        ++runs;
      }
      last = head.order;
      differs = again.feed(reader->kind(), head, reader->body());
      if (differs && options.check)
        break;
      if (head.order % 4096 == 0)
        line.show(reader->progress(), again.count().turns);
    }
  }
  for (const auto& words : reader->damage())
    std::fprintf(stderr, "troupe: %s\n", words.c_str());
  const auto& done_so_far = again.count();
  if (!options.state.empty()) {
    auto* cell = again.find(options.state);
    if (!cell)
      return complain(fmt::format("{}: its state is not known at record {}", options.state, last));
    std::puts(print(cell->service()->state_json()).c_str());
  }
  if (differs && options.check) {
    print_divergence(*differs);
    return failed_status;
  }
  std::fprintf(stderr,
               "%llu turns played up to record %llu, %llu messages, %llu of them compared, %llu "
               "states compared; %llu turns passed over\n",
               static_cast<unsigned long long>(done_so_far.turns),
               static_cast<unsigned long long>(last),
               static_cast<unsigned long long>(done_so_far.messages),
               static_cast<unsigned long long>(done_so_far.compared),
               static_cast<unsigned long long>(done_so_far.digests),
               static_cast<unsigned long long>(done_so_far.passed_over));
  return done;
}

} // namespace troupe::tool
