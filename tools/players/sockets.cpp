#include "tools/players/sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

namespace troupe::players {

namespace {

using clock = std::chrono::steady_clock;

} // namespace

result<sockets::addresses> find_addresses(const std::string& host, std::int64_t port,
                                          const std::string& folder) {
  sockets::addresses made;
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    return failure{errc::not_found, fmt::format("{}:{}: no such address", host, port)};
  made.pb.assign(reinterpret_cast<const char*>(found->ai_addr), found->ai_addrlen);
  made.pb_family = found->ai_family;
  ::freeaddrinfo(found);
  // A socket's path has room for 107 bytes; through the folder's descriptor any folder will do.
  int at = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (at < 0)
    return failure{errc::not_found, fmt::format("{}: {}", folder, std::strerror(errno))};
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, fmt::format("/proc/self/fd/{}/troupe.sock", at).c_str(),
               sizeof where.sun_path - 1);
  made.shell.assign(reinterpret_cast<const char*>(&where), sizeof where);
  made.shell_family = AF_UNIX;
  return made;
}

sockets::sockets(addresses at) : at_{std::move(at)}, poll_{::epoll_create1(EPOLL_CLOEXEC)} {
  if (poll_ < 0)
    throw failed{{errc::io, fmt::format("epoll: {}", std::strerror(errno))}};
}

sockets::~sockets() {
  for (auto& [who, one] : links_)
    ::close(one->socket);
  ::close(poll_);
}

span sockets::now() const {
  return std::chrono::duration_cast<span>(clock::now() - began_);
}

bool sockets::connect(sim::peer& who, sim::door where) {
  const auto& to = where == sim::door::pb ? at_.pb : at_.shell;
  auto family = where == sim::door::pb ? at_.pb_family : at_.shell_family;
  int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    trouble_ = std::strerror(errno);
    return false;
  }
  int on = 1;
  if (where == sim::door::pb)
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int bad = ::connect(socket, reinterpret_cast<const sockaddr*>(to.data()),
                      static_cast<socklen_t>(to.size()));
  if (bad != 0 && errno != EINPROGRESS) {
    trouble_ = std::strerror(errno);
    ::close(socket);
    return false;
  }
  auto made = std::make_unique<link>();
  made->who = &who;
  made->socket = socket;
  made->connecting = true;
  made->events = EPOLLIN | EPOLLOUT;
  epoll_event event{};
  event.events = made->events;
  event.data.u64 = made->number = ++last_number_;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  links_[&who] = std::move(made);
  return true;
}

void sockets::drop(link& one, const char* why) {
  if (*why)
    trouble_ = why;
  auto* who = one.who;
  ::close(one.socket);
  links_.erase(who); // and `one` with it
  who->lost(now());
}

void sockets::cut(sim::peer& who) {
  if (auto found = links_.find(&who); found != links_.end())
    drop(*found->second, "");
}

void sockets::want(link& one, std::uint32_t events) {
  if (std::exchange(one.events, events) == events)
    return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = one.number;
  ::epoll_ctl(poll_, EPOLL_CTL_MOD, one.socket, &event);
}

void sockets::serve(link& one, std::uint32_t events) {
  if (one.connecting) {
    int why = 0;
    socklen_t size = sizeof why;
    ::getsockopt(one.socket, SOL_SOCKET, SO_ERROR, &why, &size);
    if (why != 0) {
      drop(one, std::strerror(why));
      return;
    }
    one.connecting = false;
    one.who->connected(now());
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !read(one))
    return;
  write(one);
}

bool sockets::read(link& one) {
  static char buffer[256 * 1024];
  auto n = ::recv(one.socket, buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  if (n <= 0) {
    drop(one, n == 0 ? "" : std::strerror(errno));
    return false;
  }
  carried_ += n;
  if (one.who->take({buffer, static_cast<std::size_t>(n)}, now()))
    return true;
  drop(one, "");
  return false;
}

void sockets::write(link& one) {
  auto& out = one.who->out();
  while (!out.empty()) {
    auto n = ::send(one.socket, out.data(), out.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
      drop(one, std::strerror(errno));
      return;
    }
    if (n < 0)
      break;
    carried_ += n;
    out.erase(0, static_cast<std::size_t>(n));
  }
  want(one, EPOLLIN | (out.empty() ? 0u : static_cast<std::uint32_t>(EPOLLOUT)));
}

/// Those whose time has come go on.
void sockets::wake_due() {
  std::vector<sim::peer*> due;
  for (const auto& [who, one] : links_)
    if (auto at = one->who->wakes_at(); at && *at <= now() && !one->connecting)
      due.push_back(one->who);
  for (auto* who : due) {
    auto found = links_.find(who);
    if (found == links_.end())
      continue;
    if (who->wake(now()))
      write(*found->second);
    else
      drop(*found->second, "");
  }
}

void sockets::run(span longest) {
  wake_due();
  auto until = now() + longest;
  for (const auto& [who, one] : links_)
    if (auto at = one->who->wakes_at())
      until = std::min(until, *at);
  auto wait = std::max(until - now(), span{});
  epoll_event events[256];
  auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  int n = ::epoll_wait(poll_, events, 256, static_cast<int>(ms));
  for (int i = 0; i < n; ++i) {
    auto found = std::find_if(links_.begin(), links_.end(), [&](const auto& x) {
      return x.second->number == events[i].data.u64;
    });
    if (found != links_.end())
      serve(*found->second, events[i].events);
  }
  wake_due();
}

} // namespace troupe::players
