// What two runs of a script have not in common.
#include <algorithm>
#include <map>
#include <set>

#include "tests/support/golden.hpp"
#include "tests/support/script_player.hpp"

namespace troupe::testing {

namespace {

std::string_view text(const json& value) {
  return {value.as_string().data(), value.as_string().size()};
}

/// Entries of what was said bear the message within them, those of what was heard are it.
const json& message_in(const json& entry) {
  auto* said = entry.as_object().if_contains("said");
  return said ? *said : entry;
}

/// What a message that is said again takes the place of: one to the same listener, about the same.
std::string thread_of(const json& entry) {
  std::string out;
  if (auto* to = entry.as_object().if_contains("to"))
    out = text(*to);
  const auto& what = message_in(entry).as_object();
  auto* fields = what.if_contains("fields");
  auto* token = fields ? fields->as_object().if_contains("token") : nullptr;
  return token ? out + " " + print(*token) : out;
}

/// Takes out of `entries` what is tolerated: in a calm run what came of a swap and is what was last
/// said, else all of it.
void drop(json& entries, std::string_view type, const tolerance& how, bool all,
          std::map<std::string, json>& last) {
  auto& list = entries.as_array();
  for (auto i = list.begin(); i != list.end();) {
    bool swapping = i->as_object().contains("swapping");
    const auto& what = message_in(*i);
    bool meant = text(what.at("type")) == type
                 && (how.with.empty() || print(what).find(how.with) != std::string::npos);
    auto& before = last[thread_of(*i)];
    bool again = how.said.empty() || (!before.is_null() && (how.again || before == what));
    if (meant && (all || (swapping && again))) {
      i = list.erase(i);
      continue;
    }
    if (meant)
      before = what;
    ++i;
  }
}

void drop_part(json& in, const std::string& name) {
  if (in.is_array())
    for (auto& one : in.get_array())
      drop_part(one, name);
  if (!in.is_object())
    return;
  in.get_object().erase(name);
  for (auto& entry : in.get_object())
    drop_part(entry.value(), name);
}

/// By whom it was heard: order counts between two, not among all who speak while others wait.
json by_listener(const json& said) {
  std::map<std::string, boost::json::array> heard;
  for (const auto& entry : said.as_array())
    heard[std::string{text(entry.at("to"))}].push_back(entry);
  boost::json::object out;
  for (auto& [path, entries] : heard)
    out[path] = std::move(entries);
  return out;
}

/// The script's messages that were heard, in whatever order and however often.
json heard_of_script(const seen& in) {
  std::set<std::string> told, heard;
  for (const auto& what : in.told)
    told.insert(print(what));
  for (const auto& step : in.all.at("steps").as_array())
    for (const auto& what : step.at("heard").as_array())
      if (auto text = print(what); told.contains(text))
        heard.insert(std::move(text));
  return to_json(heard);
}

json without_tolerated(const swap_script& script, const seen& from) {
  if (from.rebuilt)
    for (const auto& one : script.differs)
      if (one.order)
        return heard_of_script(from);
  auto out = from.all;
  auto& steps = out.at("steps").as_array();
  bool all = !from.calm;
  for (auto& step : steps)
    if (from.rebuilt) // what it asks when it begins is answered earlier or later
      for (const auto& answer : script.answers) {
        std::map<std::string, json> last;
        drop(step.at("heard"), text(answer.say.at("type")), {}, true, last);
      }
  for (const auto& one : script.differs) {
    if (one.waiting && !all)
      continue;
    std::map<std::string, json> last; // of what may be said again, by listener
    for (auto& step : steps) {
      drop(step.at("said"), one.said, one, all, last);
      drop(step.at("heard"), one.heard, one, all, last);
      if (auto* state = step.as_object().if_contains("state"); state && state->is_object())
        state->get_object().erase(one.state);
    }
    if (!one.part.empty())
      drop_part(out, one.part);
    if (!one.state.empty() || !one.part.empty())
      out.as_object().erase("state"); // its stored form, as a whole
  }
  bool early = std::any_of(script.differs.begin(), script.differs.end(),
                           [&](const auto& one) { return one.early && (all || !one.waiting); });
  boost::json::array said;
  for (auto& step : steps) {
    for (auto* part : {"said", "heard"})
      for (auto& entry : step.at(part).as_array())
        entry.as_object().erase("swapping");
    if (early)
      for (auto& entry : std::exchange(step.at("said").as_array(), {}))
        said.push_back(std::move(entry));
    else if (all)
      step.at("said") = by_listener(step.at("said"));
  }
  if (early)
    out.as_object()["said"] = by_listener(said);
  return out;
}

} // namespace

std::vector<std::string> departures(const swap_script& script, const seen& plain, const seen& other,
                                    std::vector<bool>& used) {
  if (plain.all == other.all)
    return {};
  auto out = differences(without_tolerated(script, plain), without_tolerated(script, other));
  for (std::size_t i = 0; i < script.differs.size(); ++i) {
    if (used[i])
      continue;
    auto stricter = script; // a tolerance is needed if there were a departure without it
    stricter.differs.erase(stricter.differs.begin() + static_cast<std::ptrdiff_t>(i));
    used[i] = without_tolerated(stricter, plain) != without_tolerated(stricter, other);
  }
  return out;
}

} // namespace troupe::testing
