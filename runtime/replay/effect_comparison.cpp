#include "runtime/replay/effect_comparison.hpp"

#include "storage/hex.hpp"

namespace troupe::runtime {

namespace {

json shown_content(const recorded_bytes& what) {
  constexpr std::size_t shown_max = 512;
  if (!what.by_value)
    return text_of_mark(what.size, what.mark);
  return text(to_hex(std::string_view{what.data}.substr(0, shown_max)));
}

json shown_effect(const recorded_effect& what) {
  return boost::json::object{
      {"verb", what.verb}, {"target", what.target}, {"content", shown_content(what.content)}};
}

} // namespace

std::optional<divergence> compare_said(const record_head& head, const event_record& recorded,
                                       const outbox& now) {
  constexpr auto question = "what it does to the outside";
  auto count = now.said.size() + now.timed.size();
  if (recorded.said != count)
    return differs(head, "how many messages it says", json(recorded.said), json(count));
  std::size_t at = 0;
  std::optional<divergence> found;
  bytes scratch;
  each_effect(now, scratch,
              [&](std::string_view verb, std::string_view target, std::string_view content) {
                if (found)
                  return;
                auto mine = shown_effect(recorded_effect{std::string{verb}, std::string{target},
                                                         as_recorded(bytes{content})});
                if (at == recorded.effects.size()) {
                  found = differs(head, question, text("nothing more"), std::move(mine));
                  return;
                }
                const auto& then = recorded.effects[at++];
                if (then.verb != verb || then.target != target || !then.content.is(content))
                  found = differs(head, question, shown_effect(then), std::move(mine));
              });
  if (!found && at < recorded.effects.size())
    found = differs(head, question, shown_effect(recorded.effects[at]), text("nothing more"));
  return found;
}

} // namespace troupe::runtime
