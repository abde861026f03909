#include "runtime/service/tree_transaction.hpp"

#include <algorithm>

#include "runtime/service/kind.hpp"

namespace troupe::runtime {

namespace {

/// Why `spec` cannot be started, or nothing.
std::string unfit(const child_spec& spec, const std::string& path, const kind_registry& kinds) {
  auto* kind = kinds.find(spec.kind);
  if (!kind)
    return fmt::format("{}: no such kind of service: {}", path, spec.kind);
  if (auto made = kind->make(spec.config); !made)
    return fmt::format("{}: {}", path, made.error().message);
  for (const auto& child : spec.children)
    if (auto message = unfit(child, child_path(path, child.name), kinds); !message.empty())
      return message;
  return {};
}

} // namespace

std::string parent_path(std::string_view path) {
  return std::string{path.substr(0, std::max<std::size_t>(path.rfind('/'), 1))};
}

/// It is swapped, told or retired: a cell that stays.
bool tree_transaction::is_member(const tree_change& one) const {
  return one.act == tree_act::tell || one.act == tree_act::swap || one.act == tree_act::retire;
}

bool tree_transaction::starts_again(const tree_change& one) const {
  return one.act == tree_act::start
         && std::any_of(plan.changes.begin(), plan.changes.end(), [&](const auto& other) {
              return other.act == tree_act::stop && other.path == one.path;
            });
}

std::string tree_transaction::token(const std::string& path) const {
  return fmt::format("{}:{}:{}", id, static_cast<int>(stage), path);
}

tree_transaction::orders tree_transaction::begin(const kind_registry& kinds) {
  orders out;
  for (const auto& one : plan.changes)
    if (one.act == tree_act::start && !force)
      if (auto message = unfit(one.spec, one.path, kinds); !message.empty()) {
        stage = transaction_stage::preparing;
        troubles.push_back(message);
        conclude(transaction_verdict::refused);
        return out;
      }
  enter(transaction_stage::preparing, out);
  go_on(out);
  return out;
}

void tree_transaction::enter(transaction_stage next, orders& out) {
  stage = next;
  auto say = [&](const std::string& to, const std::string& path, any_message what) {
    awaited.insert(path);
    out.push_back({to, std::move(what)});
  };
  for (const auto& one : plan.changes) {
    bool member = is_member(one);
    if (next == transaction_stage::preparing && member)
      say(one.path, one.path, prepare_member{id, one.spec, force, token(one.path)});
    else if (next == transaction_stage::switching && (member || one.act == tree_act::stop))
      say(one.path, one.path, switch_member{id, token(one.path)});
    else if (next == transaction_stage::releasing && member)
      say(one.path, one.path, release_member{id, settle, token(one.path)});
    else if (next == transaction_stage::stopping && one.act == tree_act::stop) {
      gone.insert(one.path);
      say(parent_path(one.path), one.path, remove_child{one.spec.name, token(one.path), {}});
    }
  }
  next_change = 0;
}

// Children of one parent are started together, in order; the next parent's when these are ready.
void tree_transaction::enter_start(orders& out, bool again) {
  std::string parent;
  auto size = static_cast<std::int64_t>(plan.changes.size());
  for (; next_change < size; ++next_change) {
    const auto& one = plan.changes[static_cast<std::size_t>(next_change)];
    if (one.act != tree_act::start || starts_again(one) != again)
      continue;
    auto its_parent = parent_path(one.path);
    if (!parent.empty() && parent != its_parent)
      return;
    parent = its_parent;
    begun.insert(one.path);
    awaited.insert(one.path);
    out.push_back(
        {parent, any_message{add_child{one.spec, token(one.path), watch_member{id, settle}}}});
  }
}

void tree_transaction::go_on(orders& out) {
  using enum transaction_stage;
  while (awaited.empty() && verdict == transaction_verdict::pending) {
    switch (stage) {
    case idle:
    case preparing:
      enter(switching, out);
      break;
    case switching:
      enter(releasing, out);
      break;
    case releasing:
      enter(starting, out);
      enter_start(out, false);
      break;
    case starting:
      enter_start(out, false);
      if (awaited.empty())
        enter(stopping, out);
      break;
    case stopping:
      enter(starting_again, out);
      enter_start(out, true);
      break;
    case starting_again:
      enter_start(out, true);
      if (!awaited.empty())
        break;
      stage = settling;
      if (force || settle <= span{0})
        conclude(transaction_verdict::done);
      else
        return;
      break;
    case settling:
      return;
    case cancelling:
      conclude(transaction_verdict::refused);
      break;
    }
  }
}

tree_transaction::orders tree_transaction::answered(const cell_answer& news) {
  orders out;
  std::string path;
  if (news.token.empty()) { // of a path where nobody is: no cell knew the token
    for (const auto& one : awaited)
      if (one == news.path || parent_path(one) == news.path)
        path = one;
  } else if (auto head = token(""); news.token.rfind(head, 0) == 0) {
    path = news.token.substr(head.size());
  }
  if (path.empty() || !awaited.contains(path))
    return out;
  if (!news.ok) {
    trouble(path, news.message, out);
    return out;
  }
  bool child_answers =
      stage == transaction_stage::starting || stage == transaction_stage::starting_again;
  if (child_answers)
    return out; // the parent took the order; the child says when it is ready
  awaited.erase(path);
  go_on(out);
  return out;
}

tree_transaction::orders tree_transaction::ready(const std::string& path) {
  orders out;
  bool starts = stage == transaction_stage::starting || stage == transaction_stage::starting_again;
  if (starts && awaited.erase(path) > 0)
    go_on(out);
  return out;
}

tree_transaction::orders tree_transaction::failed(const std::string& path,
                                                  const std::string& reason) {
  orders out;
  if (running())
    trouble(path, reason, out);
  return out;
}

tree_transaction::orders tree_transaction::overdue(span patience) {
  orders out;
  auto late = awaited;
  for (const auto& path : late)
    trouble(path,
            fmt::format("no answer within {:.0f} s while {}", in_seconds(patience),
                        names_of(stage)[static_cast<std::size_t>(stage)]),
            out);
  return out;
}

void tree_transaction::trouble(const std::string& path, const std::string& message, orders& out) {
  if (verdict != transaction_verdict::pending)
    return;
  if (stage != transaction_stage::cancelling) // else the reason is known
    troubles.push_back(path + " <- " + message);
  if (force || stage == transaction_stage::cancelling) {
    awaited.erase(path);
    go_on(out);
    return;
  }
  if (stage < transaction_stage::releasing) {
    for (auto& one : cancel())
      out.push_back(std::move(one));
    go_on(out);
    return;
  }
  // What was about to leave goes on; the rest has to be rolled back.
  for (const auto& one : plan.changes)
    if (one.act == tree_act::stop && !gone.contains(one.path))
      out.push_back({one.path, any_message{cancel_member{id, token(one.path)}}});
  conclude(transaction_verdict::failed);
}

tree_transaction::orders tree_transaction::cancel() {
  orders out;
  stage = transaction_stage::cancelling;
  awaited.clear();
  for (const auto& one : plan.changes)
    if (one.act != tree_act::start) {
      awaited.insert(one.path);
      out.push_back({one.path, any_message{cancel_member{id, token(one.path)}}});
    }
  return out;
}

void tree_transaction::settled() {
  if (stage == transaction_stage::settling)
    conclude(transaction_verdict::done);
}

void tree_transaction::conclude(transaction_verdict how) {
  verdict = how;
  awaited.clear();
}

tree_plan tree_transaction::reverse() const {
  tree_plan back;
  std::vector<tree_change> again;
  for (auto one = plan.changes.rbegin(); one != plan.changes.rend(); ++one)
    if (one->act == tree_act::start && begun.contains(one->path))
      back.changes.push_back({tree_act::stop, one->path, one->spec, alone(one->spec)});
  for (const auto& one : plan.changes) {
    if (one.act == tree_act::tell || one.act == tree_act::swap)
      back.changes.push_back({one.act, one.path, one.former, one.spec});
    // What was retired may have ended meanwhile: it is added again, and takes over if it has not.
    else if (one.act == tree_act::retire)
      again.push_back({tree_act::start, one.path, one.former, {}});
  }
  for (auto one = plan.changes.rbegin(); one != plan.changes.rend(); ++one)
    if (one->act == tree_act::stop && gone.contains(one->path))
      again.push_back({tree_act::start, one->path, one->spec, {}});
  for (auto& one : again)
    back.changes.push_back(std::move(one));
  return back;
}

} // namespace troupe::runtime
