#include "tests/support/golden.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "source_folder.hpp"
#include "tests/support/temp_folder.hpp"

namespace troupe::testing {

namespace {

constexpr std::size_t columns_max = 100;

void print_pretty(const json& value, std::size_t indent, std::size_t used, std::string& out) {
  auto line = print(value);
  bool has_parts = (value.is_object() && !value.get_object().empty())
                   || (value.is_array() && !value.get_array().empty());
  if (!has_parts || used + line.size() < columns_max) {
    out += line;
    return;
  }
  std::string margin(indent + 2, ' ');
  const char* separator = "";
  out += value.is_object() ? '{' : '[';
  auto begin_part = [&] {
    out += std::exchange(separator, ",");
    out += "\n" + margin;
  };
  if (value.is_object())
    for (const auto& [key, part] : value.get_object()) {
      begin_part();
      auto name = print(json(key)) + ": ";
      out += name;
      print_pretty(part, indent + 2, margin.size() + name.size(), out);
    }
  else
    for (const auto& part : value.get_array()) {
      begin_part();
      print_pretty(part, indent + 2, margin.size(), out);
    }
  out += "\n" + std::string(indent, ' ') + (value.is_object() ? '}' : ']');
}

void compare(const json& wanted, const json& found, const std::string& path,
             std::vector<std::string>& out) {
  if (wanted == found)
    return;
  auto inner = [&](std::string_view part) { return path + std::string{part} + ": "; };
  if (wanted.is_object() && found.is_object()) {
    for (const auto& [key, value] : wanted.get_object())
      if (auto* other = found.get_object().if_contains(key))
        compare(value, *other, inner({key.data(), key.size()}), out);
      else
        out.push_back(inner({key.data(), key.size()}) + "is missing");
    for (const auto& [key, value] : found.get_object())
      if (!wanted.get_object().contains(key))
        out.push_back(inner({key.data(), key.size()}) + "is too much: " + print(value));
    return;
  }
  if (wanted.is_array() && found.is_array()) {
    const auto& all = wanted.get_array();
    const auto& others = found.get_array();
    for (std::size_t i = 0; i < std::min(all.size(), others.size()); ++i)
      compare(all[i], others[i], inner(fmt::format("[{}]", i)), out);
    for (auto i = others.size(); i < all.size(); ++i)
      out.push_back(inner(fmt::format("[{}]", i)) + "is missing: " + print(all[i]));
    for (auto i = all.size(); i < others.size(); ++i)
      out.push_back(inner(fmt::format("[{}]", i)) + "is too much: " + print(others[i]));
    return;
  }
  out.push_back(fmt::format("{}{} expected, found {}", path, print(wanted), print(found)));
}

} // namespace

std::filesystem::path data_folder(std::string_view name) {
  return std::filesystem::path{source_folder} / "tests" / name;
}

bool updates_golden() {
  return std::getenv("UPDATE_GOLDEN") != nullptr;
}

json read_json(const std::filesystem::path& file) {
  auto read = parse_json(test::read_file(file.string()));
  if (!read)
    throw failed{read.error().in(file.string())};
  return std::move(*read);
}

std::string pretty(const json& content) {
  std::string out;
  print_pretty(content, 0, 0, out);
  return out;
}

void write_json(const std::filesystem::path& file, const json& content) {
  std::filesystem::create_directories(file.parent_path());
  test::write_file(file.string(), pretty(content) + "\n");
}

std::vector<std::string> differences(const json& wanted, const json& found) {
  std::vector<std::string> out;
  compare(wanted, found, {}, out);
  return out;
}

} // namespace troupe::testing
