// Figures for storage: how many lines a second one core splits, how many batches a second last.
// Run by hand: ninja -C build tests/bench-storage && ./build/tests/bench-storage
#include <chrono>
#include <cstdio>
#include <thread>

#include "storage/log_text.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::storage;

namespace {

template <class Work>
double seconds(const Work& work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return in_seconds(std::chrono::steady_clock::now() - start);
}

void split_lines(const char* name, const std::string& line) {
  std::string text;
  while (text.size() < (64u << 10))
    text += line;
  constexpr int rounds = 8000;
  std::size_t bytes = 0;
  line_splitter splitter;
  std::string out;
  auto took = seconds([&] {
    for (int i = 0; i < rounds; ++i) {
      out.clear();
      splitter.append(text, out);
      bytes += text.size();
    }
  });
  auto channel = seconds([&] {
    std::string stored;
    for (int i = 0; i < rounds; ++i) {
      stored.clear();
      append_with_channel(stored, 'o', out);
    }
  });
  std::printf("split %-28s %7.0f MB/s   channel letters %7.0f MB/s\n", name,
              double(bytes) / took / 1e6, double(rounds) * double(out.size()) / channel / 1e6);
}

records::build a_build(std::int64_t n) {
  records::build out;
  out.id = build_id{n};
  out.builder = builder_id{n % 10 + 1};
  out.number = n;
  out.state_string = "building";
  out.properties["branch"] = {json("main"), "Build"};
  out.properties["workername"] = {json("example-worker"), "Worker"};
  return out;
}

void commits(std::size_t together) {
  test::temp_folder scratch;
  auto store = store::open(scratch / "store").value();
  std::int64_t next = 1;
  const int rounds = together < 100 ? 500 : 100;
  double took = 0;
  for (int i = 0; i < rounds; ++i) {
    std::vector<batch> work(together);
    for (auto& one : work)
      one.put(a_build(next++));
    took += seconds([&] { store->apply(work).done.value(); });
  }
  std::printf("apply %4zu batches at once: %6.0f commits/s %8.0f durable builds/s\n", together,
              rounds / took, double(rounds) * double(together) / took);
  auto reads = seconds([&] {
    for (std::int64_t i = 1; i < next; ++i)
      if (!find_build(store->read(), build_id{i}))
        std::puts("lost");
  });
  std::printf("  find a build, own snapshot: %5.2f us\n", reads / double(next) * 1e6);
}

void log_text() {
  test::temp_folder scratch;
  auto store = store::open(scratch / "store").value();
  std::string text;
  while (text.size() < (1u << 20))
    text += "o[" + std::to_string(text.size()) + "/1048576] c++ -c source_file.cpp -o object.o\n";
  std::int64_t line = 0, stored = 0;
  auto pack = seconds([&] {
    for (int i = 0; i < 100; ++i) {
      batch work;
      auto added = work.append_log(log_id{1}, {}, line, text);
      line += added.lines;
      stored += added.stored_bytes;
      store->apply(work).done.value();
    }
  });
  std::printf("append log, 1 MiB a commit: %4.0f MB/s, stored as %.1f %%\n", 104.8576 / pack,
              double(stored) / 1048576.0);
  std::int64_t bytes = 0;
  auto unpack = seconds([&] {
    std::int64_t at = 0;
    while (auto chunk = store->logs().chunk_at(log_id{1}, {}, at)) {
      bytes += std::int64_t(chunk->text.size());
      at = chunk->first_line + chunk->count;
    }
  });
  std::printf("stream it: %4.0f MB/s\n", double(bytes) / unpack / 1e6);
  auto seek = seconds([&] {
    for (std::int64_t i = 0; i < 2000; ++i)
      bytes += std::int64_t(
          store->logs().read(log_id{1}, {}, i * 7919 % line, i * 7919 % line + 50).text.size());
  });
  std::printf("50 lines from anywhere in %lld: %.0f us\n", static_cast<long long>(line),
              seek / 2000 * 1e6);
}

} // namespace

int main() {
  split_lines("plain, 60 bytes a line",
              "cc -O2 -g -Wall -Wextra -c some/source/file.c -o file.o xyz\n");
  split_lines("UTF-8, a few marks", "warning: \u2018x\u2019 may be used uninitialized [-Wmaybe]\n");
  split_lines("coloured", "\033[1mfile.c:1:2:\033[0m \033[31merror:\033[0m something is wrong\n");
  split_lines("CRLF", "Building project Foo.csproj, configuration Release\r\n");
  for (std::size_t together : {1, 10, 100, 1000})
    commits(together);
  log_text();
}
