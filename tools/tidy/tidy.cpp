// Reads the sources below the folder given and says what is against the rules; status 1 if anything
// is.
#include "tools/tidy/tidy.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "actors/config/model/reference.hpp"

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

troupe::tidy::sources read_sources(const fs::path& top) {
  troupe::tidy::sources all;
  for (const auto& entry : fs::directory_iterator{top})
    if (entry.path().extension() == ".md")
      all.emplace(entry.path().filename().string(), text_of(entry.path()));
  for (auto folder : {"storage", "runtime", "actors", "tools", "tests", "docs"}) {
    if (!fs::is_directory(top / folder))
      continue;
    for (const auto& entry : fs::recursive_directory_iterator{top / folder}) {
      auto path = entry.path();
      bool wanted = path.extension() == ".cpp" || path.extension() == ".hpp"
                    || path.extension() == ".md" || path.filename() == "meson.build";
      if (!entry.is_regular_file() || !wanted)
        continue;
      all.emplace(fs::relative(path, top).generic_string(), text_of(path));
    }
  }
  return all;
}

} // namespace

int main(int count, char** arguments) {
  bool write = count == 3 && std::string_view{arguments[1]} == "--write-reference";
  if ((count != 2 && !write) || !fs::is_directory(arguments[count - 1])) {
    std::cerr << "usage: troupe-tidy [--write-reference] FOLDER\n";
    return 2;
  }
  fs::path top{arguments[count - 1]};
  auto reference = troupe::model::reference();
  if (write)
    std::ofstream{top / "docs/REFERENCE.md", std::ios::binary} << reference;
  auto all = read_sources(top);
  auto found = troupe::tidy::check(all);
  troupe::tidy::check_reference(all, reference, found);
  std::vector<std::string> formatted;
  for (const auto& [path, text] : all)
    if (troupe::tidy::is_header(path) || troupe::tidy::is_source(path))
      formatted.push_back(path);
  for (auto& one : troupe::tidy::check_format(top.string(), formatted))
    found.push_back(std::move(one));
  for (const auto& one : found) {
    std::cout << one.path;
    if (one.line > 0)
      std::cout << ":" << one.line;
    std::cout << ": " << one.message << "\n";
  }
  std::cout << all.size() << " files, " << found.size() << " complaints\n";
  return found.empty() ? 0 : 1;
}
