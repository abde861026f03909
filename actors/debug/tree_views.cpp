#include "actors/debug/tree_views.hpp"

#include <algorithm>

namespace troupe::debug {

using runtime::tree_node;

namespace {

constexpr std::size_t top_rows_max = 30;
constexpr std::array<std::string_view, 4> top_orders{"mailbox", "messages", "time", "restarts"};

double seconds(span x) {
  return static_cast<double>(x.count()) / 1e6;
}

} // namespace

json tree_view(const std::vector<tree_node>& nodes, std::string_view top, instant now) {
  boost::json::array out;
  for (const auto& one : nodes) {
    if (!runtime::is_below(one.path, top))
      continue;
    boost::json::object row;
    row["path"] = to_json(one.path);
    row["kind"] = to_json(one.kind);
    row["state"] = to_json(one.phase);
    row["restarts"] = one.restarts;
    row["swaps"] = one.swaps;
    row["mailbox"] = one.depth;
    row["taken"] = one.taken;
    row["age_seconds"] = one.since == instant{} ? json(nullptr) : json(seconds(now - one.since));
    out.push_back(std::move(row));
  }
  return out;
}

bool is_top_order(std::string_view word) {
  return std::find(top_orders.begin(), top_orders.end(), word) != top_orders.end();
}

json top_view(const std::vector<tree_node>& before, const std::vector<tree_node>& after,
              std::string_view order, span between) {
  struct row {
    const tree_node* node;
    double messages, busy;
  };
  std::map<std::string_view, const tree_node*> former;
  for (const auto& one : before)
    former.emplace(one.path, &one);
  auto time = std::max(seconds(between), 1e-3);
  std::vector<row> rows;
  for (const auto& one : after) {
    auto i = former.find(one.path);
    // A node that is new, or that began anew under the same path, counts from nothing.
    auto* since = i != former.end() && i->second->taken <= one.taken ? i->second : nullptr;
    rows.push_back({&one, static_cast<double>(one.taken - (since ? since->taken : 0)) / time,
                    static_cast<double>(one.busy_ns - (since ? since->busy_ns : 0)) / 1e9 / time});
  }
  auto weight = [&](const row& x) {
    if (order == "mailbox")
      return static_cast<double>(x.node->depth);
    if (order == "messages")
      return x.messages;
    return order == "restarts" ? static_cast<double>(x.node->restarts) : x.busy;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const row& a, const row& b) { return weight(a) > weight(b); });
  rows.resize(std::min(rows.size(), top_rows_max));
  boost::json::array out;
  for (const auto& one : rows)
    out.push_back(boost::json::object{{"path", to_json(one.node->path)},
                                      {"mailbox", one.node->depth},
                                      {"messages_per_second", one.messages},
                                      {"busy_percent", one.busy * 100},
                                      {"taken", one.node->taken},
                                      {"restarts", one.node->restarts}});
  return out;
}

json hears_view(const runtime::service_kind& kind) {
  boost::json::array out;
  for (const auto& one : kind.hears) {
    boost::json::object row;
    row["message"] = to_json(std::string{one.codec.tag->name});
    if (auto plain = one.codec.decode({})) // with every field at its default
      row["fields"] = show_value(*one.codec.ops, plain->content());
    out.push_back(std::move(row));
  }
  return out;
}

const tree_node* find_node(const std::vector<tree_node>& nodes, std::string_view path) {
  for (const auto& one : nodes)
    if (one.path == path)
      return &one;
  return nullptr;
}

failure no_such_path(const std::vector<tree_node>& nodes, std::string_view path) {
  std::vector<std::string_view> paths;
  for (const auto& one : nodes)
    paths.push_back(one.path);
  auto meant = nearest(path, paths);
  return {errc::not_found, "nobody is at " + std::string{path}
                             + (meant.empty() ? std::string{}
                                              : "; is it " + std::string{meant} + "?")};
}

} // namespace troupe::debug
