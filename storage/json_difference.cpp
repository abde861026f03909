#include "storage/json_difference.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace troupe {

namespace {

using boost::json::array;
using boost::json::object;

class difference {
public:
  std::vector<std::string> found;

  void compare(const std::string& path, const json& a, const json& b) {
    if (a == b || found.size() > differing_paths_max)
      return;
    if (a.is_object() && b.is_object())
      compare_objects(path, a.get_object(), b.get_object());
    else if (a.is_array() && b.is_array())
      compare_lists(path, a.get_array(), b.get_array());
    else
      add(path);
  }

private:
  void add(const std::string& path) {
    if (found.size() < differing_paths_max)
      found.push_back(path.empty() ? "(all)" : path);
    else if (found.size() == differing_paths_max)
      found.push_back("…");
  }

  void compare_objects(const std::string& path, const object& a, const object& b) {
    auto below = [&](std::string_view key) {
      return path.empty() ? std::string{key} : fmt::format("{}.{}", path, key);
    };
    for (const auto& [key, value] : a) {
      std::string_view name{key.data(), key.size()};
      if (auto* other = b.if_contains(key))
        compare(below(name), value, *other);
      else
        add(below(name));
    }
    for (const auto& [key, value] : b)
      if (!a.contains(key))
        add(below({key.data(), key.size()}));
  }

  using named = std::map<std::string_view, const json*>;

  /// Elements by their names; nothing unless each has one of its own.
  static std::optional<named> names_of(const array& list) {
    named all;
    for (const auto& one : list) {
      const auto* parts = one.if_object();
      const auto* name = parts ? parts->if_contains("name") : nullptr;
      if (!name || !name->is_string())
        return std::nullopt;
      const auto& text = name->get_string();
      if (!all.emplace(std::string_view{text.data(), text.size()}, &one).second)
        return std::nullopt;
    }
    return all;
  }

  void compare_lists(const std::string& path, const array& a, const array& b) {
    auto left = names_of(a), right = names_of(b);
    if (left && right) {
      bool same_members = true;
      for (const auto& [name, value] : *left) {
        auto other = right->find(name);
        same_members = same_members && other != right->end();
        if (other == right->end())
          add(fmt::format("{}[{}]", path, name));
        else
          compare(fmt::format("{}[{}]", path, name), *value, *other->second);
      }
      for (const auto& [name, value] : *right)
        if (!left->contains(name)) {
          same_members = false;
          add(fmt::format("{}[{}]", path, name));
        }
      if (same_members && found.empty())
        add(path); // another order
      return;
    }
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      if (i < a.size() && i < b.size())
        compare(fmt::format("{}[{}]", path, i), a[i], b[i]);
      else
        add(fmt::format("{}[{}]", path, i));
  }
};

} // namespace

std::vector<std::string> differing_paths(const json& a, const json& b) {
  difference made;
  made.compare({}, a, b);
  return std::move(made.found);
}

} // namespace troupe
