#include "tools/sim/network.hpp"

#include <bit>

#include "runtime/prng.hpp"

namespace troupe::sim {

void network::serve(runtime::system& sys, std::function<span()> elapsed) {
  sys_ = &sys;
  elapsed_ = std::move(elapsed);
  listeners_.clear();
}

void network::signal(std::int64_t number) {
  if (signals_owner_)
    send(signals_owner_, io::signal_received{number});
}

void network::died() {
  sys_ = nullptr;
  signals_owner_ = {};
  auto links = std::exchange(links_, {});
  listeners_.clear();
  events_ = {};
  numbers_.clear();
  for (auto& [number, one] : links)
    if (one.who && !one.silent)
      one.who->lost(elapsed_());
}

void network::send(const runtime::address& to, runtime::any_message what) {
  sys_->send(to, std::move(what), sys_->address_of(io::io_loop_path));
}

void network::later(span at, std::function<void()> what) {
  events_.push({at, ++events_made_, std::move(what)});
}

std::optional<span> network::next_due() const {
  return events_.empty() ? std::nullopt : std::optional{events_.top().at};
}

void network::run_due() {
  while (!events_.empty() && events_.top().at <= elapsed_()) {
    auto what = events_.top().what;
    events_.pop();
    what();
  }
}

/// Cheap, and practically free of collisions.
void network::mix(std::int64_t number, std::string_view data) {
  carried_ += static_cast<std::int64_t>(data.size());
  digest_ = (std::rotl(digest_, 7) ^ static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15ULL
             ^ std::hash<std::string_view>{}(data))
            * 0x100000001b3ULL;
}

span network::delay(link& on, std::int64_t number) {
  std::uint64_t state =
      seed_ ^ static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15ULL ^ ++on.pieces;
  auto more = how_.jitter_us > 0
                  ? static_cast<std::int64_t>(runtime::draw(state) % std::uint64_t(how_.jitter_us))
                  : 0;
  return span{how_.delay_us + more};
}

// -- the master's side ----------------------------------------------------------------------------

void network::deliver(runtime::envelope what) {
  if (!sys_) // a dying process sends nothing
    return;
  sys_->address_of(io::io_loop_path).at()->depth--;
  obey(what.what);
}

void network::obey(const runtime::any_message& what) {
  auto find = [&](std::int64_t number) {
    auto found = links_.find(number);
    return found == links_.end() ? nullptr : &found->second;
  };
  if (auto* written = what.as<io::write_bytes>()) {
    write(written->connection, written->data);
  } else if (auto* more = what.as<io::read_more>()) {
    if (auto* one = find(more->connection)) {
      one->credit++;
      read(more->connection);
    }
  } else if (auto* adopted = what.as<io::adopt_connection>()) {
    if (auto* one = find(adopted->connection))
      one->owner = adopted->owner;
    else
      send(adopted->owner, io::connection_closed{adopted->connection, "closed by the peer"});
  } else if (auto* over = what.as<io::close_connection>()) {
    close(over->connection);
  } else if (auto* wanted = what.as<io::listen>()) {
    begin_listening(*wanted);
  } else if (auto* stopped = what.as<io::stop_listening>()) {
    listeners_.erase(stopped->token);
  } else if (auto* kept = what.as<io::retain_listeners>()) {
    std::erase_if(listeners_, [&](const auto& one) {
      return one.first.rfind(kept->prefix, 0) == 0
             && std::find(kept->tokens.begin(), kept->tokens.end(), one.first)
                    == kept->tokens.end();
    });
  } else if (auto* watch = what.as<io::watch_signals>()) {
    signals_owner_ = watch->owner;
  } else if (auto* question = what.as<io::list_connections>()) {
    list(*question);
  }
}

void network::begin_listening(const io::listen& command) {
  listeners_[command.token] = {command.where, command.owner};
  send(command.owner, io::listening{command.token, command.where.port});
}

void network::list(const io::list_connections& question) {
  io::connections_listed answer;
  answer.token = question.token;
  for (const auto& [number, one] : links_) {
    io::open_connection shown;
    shown.connection = number;
    shown.listener = one.token;
    shown.owner = one.owner;
    shown.bytes_unwritten = one.to_peer_waiting;
    answer.connections.push_back(std::move(shown));
  }
  for (const auto& [token, one] : listeners_)
    answer.listeners.emplace(token, one.first.port);
  send(question.requester, std::move(answer));
}

void network::write(std::int64_t number, const bytes& data) {
  auto found = links_.find(number);
  if (found == links_.end() || found->second.closing || data.empty())
    return;
  auto& one = found->second;
  if (one.ended_behind) {
    drop(number, "writing: Broken pipe", true, false);
    return;
  }
  mix(number, data);
  one.to_peer_waiting += static_cast<std::int64_t>(data.size());
  if (one.to_peer_waiting > static_cast<std::int64_t>(io::unwritten_bytes_max)) {
    drop(number, "it takes nothing", true, true);
    return;
  }
  if (one.silent)
    return;
  one.arrives_at_peer = std::max(one.arrives_at_peer, elapsed_() + delay(one, number));
  later(one.arrives_at_peer, [this, number, data] { arrive_at_peer(number, data); });
}

void network::close(std::int64_t number) {
  auto found = links_.find(number);
  if (found == links_.end() || found->second.closing)
    return;
  auto& one = found->second;
  one.closing = true;
  auto at = one.silent ? elapsed_() : std::max(one.arrives_at_peer, elapsed_());
  later(at, [this, number] { drop(number, "closed by us", true, true); });
}

void network::arrive_at_master(std::int64_t number, bytes data) {
  auto found = links_.find(number);
  if (found == links_.end() || found->second.closing)
    return;
  found->second.unread += data;
  read(number);
}

void network::read(std::int64_t number) {
  auto& one = links_.at(number);
  while (one.credit > 0 && !one.unread.empty() && !one.closing) {
    auto most =
        how_.piece_bytes > 0 ? static_cast<std::size_t>(how_.piece_bytes) : io::chunk_bytes_max;
    bytes piece = one.unread.substr(0, most);
    one.unread.erase(0, piece.size());
    one.in_flight -= static_cast<std::int64_t>(piece.size());
    one.credit--;
    mix(-number, piece);
    send(one.owner, io::bytes_received{number, std::move(piece)});
  }
  if (one.ended_behind && one.unread.empty() && one.credit > 0)
    drop(number, one.end_words, true, false);
  else if (one.who)
    pump(*one.who);
}

void network::drop(std::int64_t number, const std::string& message, bool tell_master,
                   bool tell_peer) {
  auto found = links_.extract(number);
  if (found.empty())
    return;
  auto& one = found.mapped();
  auto* who = one.who;
  if (who)
    numbers_.erase(who);
  if (tell_master)
    send(one.owner, io::connection_closed{number, message});
  if (tell_peer && who)
    who->lost(elapsed_());
}

} // namespace troupe::sim
