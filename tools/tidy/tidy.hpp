// TIDY: rules of the house that a compiler does not see. Pure: from text to complaints.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tidy {

/// Every source of the tree, by path from its top ("runtime/cell.cpp").
using sources = std::map<std::string, std::string>;

struct complaint {
  std::string path;
  std::size_t line = 0; ///< 0: the file as a whole.
  std::string message;
};

std::vector<complaint> check(const sources& all);

/// Files below `top` that clang-format would write differently, with its first complaint of each.
/// Needs the program clang-format: its absence is a complaint.
std::vector<complaint> check_format(const std::string& top, const std::vector<std::string>& paths);

/// Complains if docs/REFERENCE.md, as it is in `all`, is not `expected`.
void check_reference(const sources& all, std::string_view expected, std::vector<complaint>& found);

/// The first folder of a path, or the path itself.
std::string_view layer_of(std::string_view path);

// The parts of `check`, one question each.
void check_includes(const sources& all, std::vector<complaint>& found);
void check_sizes(const sources& all, std::vector<complaint>& found);
void check_build_files(const sources& all, std::vector<complaint>& found);
void check_words(const sources& all, std::vector<complaint>& found);
void check_markdown(const sources& all, std::vector<complaint>& found);
void check_floors(const sources& all, std::vector<complaint>& found);
void check_circles(const sources& all, std::vector<complaint>& found);

bool is_header(std::string_view path);
bool is_source(std::string_view path);
bool is_markdown(std::string_view path);
/// What an include line names, without its quotes or brackets; empty for other lines.
std::string_view included(std::string_view line);
/// Of a line of code or prose.
inline constexpr std::size_t columns_max = 100;

/// UTF-8 characters, which is near enough to columns for what we write.
std::size_t columns(std::string_view line);
/// Calls `visit(number, line)` for each line, from 1.
template <class F>
void for_each_line(std::string_view text, F&& visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto end = text.find('\n');
    visit(number, text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

} // namespace troupe::tidy
