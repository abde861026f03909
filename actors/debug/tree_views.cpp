#include "actors/debug/tree_views.hpp"

namespace troupe::debug {

json tree_view(const runtime::directory::page& page, instant now) {
  boost::json::array rows;
  for (const auto& port : page.ports) {
    auto one = runtime::describe_port(*port);
    boost::json::object row;
    row["path"] = to_json(one.path);
    row["kind"] = to_json(one.kind);
    row["state"] = to_json(one.phase);
    row["restarts"] = one.restarts;
    row["swaps"] = one.swaps;
    row["mailbox"] = one.depth;
    row["taken"] = one.taken;
    row["age_seconds"] = one.since == instant{}
                             ? json(nullptr)
                             : json(std::chrono::duration<double>(now - one.since).count());
    rows.push_back(std::move(row));
  }
  boost::json::object out;
  out["services"] = std::move(rows);
  out["next"] = page.next.empty() ? json(nullptr) : to_json(page.next);
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

} // namespace troupe::debug
