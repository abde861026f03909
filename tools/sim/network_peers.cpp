// The peers' side of the simulated network.
#include <algorithm>

#include <fmt/format.h>

#include "tools/sim/network.hpp"

namespace troupe::sim {

namespace {

/// Roughly the window and buffers of a TCP connection: a peer sends no more until it is read.
constexpr std::int64_t window_bytes = 128 * 1024;

} // namespace

bool network::connect(peer& who, peers::port where) {
  auto family = where == peers::port::shell ? "unix" : "tcp";
  for (const auto& [token, to] : listeners_) {
    if (to.first.family != family)
      continue;
    auto number = ++last_number_;
    auto& made = links_[number];
    made.who = &who;
    made.token = token;
    made.owner = to.second;
    numbers_[&who] = number;
    send(made.owner, io::connection_opened{token, number, fmt::format("10.0.0.1:{}", number),
                                           where == peers::port::shell ? 1000 : -1});
    who.connected(elapsed_());
    pump(who);
    return true;
  }
  return false;
}

std::int64_t network::number_of(const peer& who) const {
  auto found = numbers_.find(&who);
  return found == numbers_.end() ? 0 : found->second;
}

void network::pump(peer& who) {
  auto number = numbers_.find(&who);
  if (number == numbers_.end()) {
    who.out().clear();
    return;
  }
  auto& one = links_.at(number->second);
  auto& out = who.out();
  while (!out.empty() && one.in_flight < window_bytes) {
    auto size = std::min<std::size_t>(out.size(), 64 * 1024);
    if (how_.piece_bytes > 0)
      size = std::min<std::size_t>(size, static_cast<std::size_t>(how_.piece_bytes) * 8);
    if (one.left_to_master)
      size = std::min<std::size_t>(size, static_cast<std::size_t>(*one.left_to_master));
    bytes piece = out.substr(0, size);
    out.erase(0, size);
    if (one.silent)
      continue;
    one.in_flight += static_cast<std::int64_t>(size);
    one.arrives_at_master =
        std::max(one.arrives_at_master, elapsed_() + delay(one, number->second));
    later(one.arrives_at_master, [this, to = number->second, piece = std::move(piece)]() mutable {
      arrive_at_master(to, std::move(piece));
    });
    if (one.left_to_master && (*one.left_to_master -= static_cast<std::int64_t>(size)) <= 0) {
      cut(who, "reset by the network");
      return;
    }
  }
  schedule_wake(number->second);
}

void network::schedule_wake(std::int64_t number) {
  auto& one = links_.at(number);
  auto wanted = one.who->wakes_at();
  if (!wanted)
    return;
  auto at = std::max(*wanted, elapsed_() + span{1});
  if (at >= one.wakes_at)
    return;
  one.wakes_at = at;
  later(at, [this, number, at] {
    auto found = links_.find(number);
    if (found == links_.end() || !found->second.who || found->second.wakes_at != at)
      return;
    found->second.wakes_at = span::max();
    auto* who = found->second.who;
    if (!who->wake(elapsed_()))
      cut(*who, "closed by the peer");
    else
      pump(*who);
  });
}

void network::arrive_at_peer(std::int64_t number, const bytes& data) {
  auto found = links_.find(number);
  if (found == links_.end() || !found->second.who || found->second.silent)
    return;
  auto& one = found->second;
  auto* who = one.who;
  one.to_peer_waiting -= static_cast<std::int64_t>(data.size());
  std::string_view came = data;
  bool cut_here = false;
  if (one.left_to_peer) {
    came = came.substr(0, static_cast<std::size_t>(*one.left_to_peer));
    *one.left_to_peer -= static_cast<std::int64_t>(came.size());
    cut_here = *one.left_to_peer <= 0;
  }
  bool stays = who->take(came, elapsed_());
  if (cut_here || !stays)
    cut(*who, cut_here ? "reset by the network" : "closed by the peer");
  else
    pump(*who);
}

// The peer is gone at once; the master learns of it after the bytes in flight.
void network::cut(peer& who, const std::string& message) {
  auto number = numbers_.find(&who);
  if (number == numbers_.end())
    return;
  auto which = number->second;
  auto& one = links_.at(which);
  numbers_.erase(number);
  one.who = nullptr;
  later(std::max(one.arrives_at_master, elapsed_()), [this, which, message] {
    auto found = links_.find(which);
    if (found == links_.end())
      return;
    found->second.ended_behind = true;
    found->second.end_words = message;
    read(which);
  });
  who.lost(elapsed_());
}

void network::cut_after(peer& who, std::int64_t more_bytes, bool to_master) {
  if (auto number = numbers_.find(&who); number != numbers_.end()) {
    auto& one = links_.at(number->second);
    (to_master ? one.left_to_master : one.left_to_peer) = std::max<std::int64_t>(1, more_bytes);
  }
}

// The peer gives the connection up and may reconnect; the master learns nothing.
void network::silence(peer& who) {
  auto number = numbers_.find(&who);
  if (number == numbers_.end())
    return;
  auto& one = links_.at(number->second);
  one.silent = true;
  one.who = nullptr;
  numbers_.erase(number);
  who.lost(elapsed_());
}

void network::end_silences() {
  std::vector<std::int64_t> silent;
  for (const auto& [number, one] : links_)
    if (one.silent)
      silent.push_back(number);
  for (auto number : silent)
    drop(number, "timed out", true, false);
}

} // namespace troupe::sim
