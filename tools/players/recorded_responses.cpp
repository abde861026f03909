#include "tools/players/recorded_responses.hpp"

namespace troupe::players {

using wire::jelly;

namespace {

constexpr std::string_view names_with_plain_ones[] = {
    "shell", "uploadFile", "uploadDirectory", "downloadFile", "mkdir", "rmdir", "cpdir",
    "stat",  "glob",       "listdir",         "rmfile"};

recorded_call update(std::string key, jelly value) {
  auto what = jelly::dictionary();
  what.add(std::move(key), std::move(value));
  return {{}, "", "update", {jelly::list({jelly::list({std::move(what), jelly::integer(0)})})}};
}

std::string as_key(const jelly& args) {
  return print(wire::as_json(args));
}

/// How many arguments are alike; words of a list count one each, so that a command line of which
/// only the revision differs is the nearest to itself.
std::int64_t likeness(const jelly& a, const jelly& b) {
  std::int64_t sum = 0;
  for (const auto& [name, value] : a.pairs()) {
    const auto* other = name.as_text() ? b.find(*name.as_text()) : nullptr;
    if (!other)
      continue;
    const auto& message = value.items();
    const auto& others = other->items();
    for (std::size_t i = 0; i < std::min(message.size(), others.size()); ++i)
      sum += message[i] == others[i];
    sum += value == *other ? 2 : 0;
  }
  return sum;
}

/// Those that ran to their end tell how the command goes; others only if there is nothing better.
bool ran_through(const recorded_command& x) {
  return x.ended && !x.interrupted;
}

} // namespace

recorded_command plain_command(const std::string& name) {
  recorded_command made;
  made.name = name;
  made.ended = true;
  auto call = [&](const char* object, const char* method, std::vector<jelly> args = {}) {
    made.calls.push_back({{}, object, method, std::move(args)});
  };
  if (name == "uploadFile") {
    call("writer", "close");
  } else if (name == "uploadDirectory") {
    call("writer", "write", {jelly::raw(bytes(1024, '\0'))}); // an empty archive
    call("writer", "unpack");
  } else if (name == "downloadFile") {
    call("reader", "read", {jelly::integer(16 * 1024)});
    call("reader", "close");
  } else if (name == "stat") {
    jelly::list_type numbers(10, jelly::integer(0));
    numbers[0] = jelly::integer(0100644);
    made.calls.push_back(update("stat", jelly::tuple(std::move(numbers))));
  } else if (name == "glob" || name == "listdir") {
    made.calls.push_back(update("files", jelly::list()));
  }
  made.calls.push_back(update("rc", jelly::integer(0)));
  call("", "complete", {jelly::none()});
  return made;
}

recorded_responses::recorded_responses(const recording& from) {
  for (auto name : names_with_plain_ones)
    plain_.emplace(std::string{name}, plain_command(std::string{name}));
  for (const auto& one : from.commands) {
    auto [found, is_new] =
        by_key_.try_emplace({one.builder, one.name, as_key(one.args)}, groups_.size());
    if (is_new) {
      groups_.push_back({one.args, {}});
      by_kind_[{one.builder, one.name}].push_back(found->second);
    }
    auto& pieces = groups_[found->second].pieces;
    if (!pieces.empty() && ran_through(one) && !ran_through(*pieces.front()))
      pieces.clear();
    if (pieces.empty() || ran_through(one) || !ran_through(*pieces.front()))
      pieces.push_back(&one);
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

recorded_responses::piece recorded_responses::next(const std::string& builder,
                                                   const std::string& name, const jelly& given,
                                                   places& at) const {
  auto args = without_objects(given);
  key wanted{builder, name, as_key(args)};
  auto which = find(wanted, args);
  if (!which) {
    auto plain = plain_.find(name);
    return {&(plain == plain_.end() ? plain_.at("mkdir") : plain->second), fit::none};
  }
  const auto& pieces = groups_[*which].pieces;
  const auto* how = pieces[at[*which]++ % pieces.size()];
  return {how, by_key_.contains(wanted) ? fit::same : fit::nearest};
}

} // namespace troupe::players
