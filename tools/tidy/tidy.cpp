// Reads the sources below the folder given and says what is against the rules; status 1 if anything
// is.
#include "tools/tidy/tidy.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace fs = std::filesystem;

namespace {

troupe::tidy::sources read_sources(const fs::path& top) {
  troupe::tidy::sources all;
  for (auto folder : {"storage", "runtime", "actors", "tools", "tests"}) {
    if (!fs::is_directory(top / folder))
      continue;
    for (const auto& entry : fs::recursive_directory_iterator{top / folder}) {
      auto path = entry.path();
      bool wanted = path.extension() == ".cpp" || path.extension() == ".hpp"
                    || path.filename() == "meson.build";
      if (!entry.is_regular_file() || !wanted)
        continue;
      std::ifstream in{path, std::ios::binary};
      all.emplace(fs::relative(path, top).generic_string(),
                  std::string{std::istreambuf_iterator<char>{in}, {}});
    }
  }
  return all;
}

} // namespace

int main(int count, char** message) {
  if (count != 2 || !fs::is_directory(message[1])) {
    std::cerr << "usage: troupe-tidy FOLDER\n";
    return 2;
  }
  auto all = read_sources(message[1]);
  auto found = troupe::tidy::check(all);
  for (const auto& one : found) {
    std::cout << one.path;
    if (one.line > 0)
      std::cout << ":" << one.line;
    std::cout << ": " << one.message << "\n";
  }
  std::cout << all.size() << " files, " << found.size() << " complaints\n";
  return found.empty() ? 0 : 1;
}
