#include "tools/players/recorded_responses.hpp"

namespace troupe::players {

using wire::jelly;

namespace {

std::string as_key(const jelly& args) {
  return print(wire::as_json(args));
}

/// How many arguments are equal. Elements of a list count one each, so that a command line is the
/// nearest to itself with another revision.
std::int64_t likeness(const jelly& a, const jelly& b) {
  std::int64_t sum = 0;
  for (const auto& [name, value] : a.pairs()) {
    const auto* other = name.as_text() ? b.find(*name.as_text()) : nullptr;
    if (!other)
      continue;
    const auto& elements = value.items();
    const auto& others = other->items();
    for (std::size_t i = 0; i < std::min(elements.size(), others.size()); ++i)
      sum += elements[i] == others[i];
    sum += value == *other ? 2 : 0;
  }
  return sum;
}

/// Commands that ran to their end are replayed; others only if there is none of these.
bool ran_through(const recorded_command& x) {
  return x.ended && !x.interrupted;
}

} // namespace

recorded_responses::recorded_responses(const recording& from) {
  for (const auto& one : from.commands) {
    auto [found, is_new] =
        by_key_.try_emplace({one.builder, one.name, as_key(one.args)}, groups_.size());
    if (is_new) {
      groups_.push_back({one.args, {}});
      by_kind_[{one.builder, one.name}].push_back(found->second);
    }
    auto& commands = groups_[found->second].commands;
    if (!commands.empty() && ran_through(one) && !ran_through(*commands.front()))
      commands.clear();
    if (commands.empty() || ran_through(one) || !ran_through(*commands.front()))
      commands.push_back(&one);
  }
}

std::optional<std::size_t> recorded_responses::find(const key& wanted, const jelly& args) const {
  if (auto same = by_key_.find(wanted); same != by_key_.end())
    return same->second;
  auto kind = by_kind_.find({std::get<0>(wanted), std::get<1>(wanted)});
  if (kind == by_kind_.end())
    return std::nullopt;
  std::size_t best = kind->second.front();
  std::int64_t most = -1;
  for (auto which : kind->second)
    if (auto alike = likeness(args, groups_[which].args); alike > most) {
      most = alike;
      best = which;
    }
  return best;
}

recorded_responses::match recorded_responses::next(const std::string& builder,
                                                   const std::string& name, const jelly& given,
                                                   positions& at) const {
  auto args = without_objects(given);
  key wanted{builder, name, as_key(args)};
  auto which = find(wanted, args);
  if (!which)
    return {};
  const auto& commands = groups_[*which].commands;
  const auto* how = commands[at[*which]++ % commands.size()];
  return {how, by_key_.contains(wanted) ? fit::same : fit::nearest};
}

jelly recorded_strategy::info(const std::string& worker) const {
  return info_.is_none() ? peers::stock_info("/played/" + worker) : info_;
}

std::unique_ptr<peers::response> recorded_strategy::respond(const peers::command& what,
                                                            const jelly& args) {
  auto found = from_.next(what.builder, what.name, args, at_);
  count_.nearest += found.why == fit::nearest;
  count_.unknown += found.why == fit::none;
  return std::make_unique<peers::scripted_response>(
      what, found.how ? found.how->calls : from_.stock().of(what.name),
      found.how ? found.how->lasted : span{}, speed_);
}

} // namespace troupe::players
