#include "tools/peers/socket_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

namespace troupe::peers {

result<socket_loop::address> find_port(const std::string& host, const std::string& port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
    return failure{errc::not_found, fmt::format("{}:{}: no such address", host, port)};
  socket_loop::address made{{reinterpret_cast<const char*>(found->ai_addr), found->ai_addrlen},
                            found->ai_family};
  ::freeaddrinfo(found);
  return made;
}

// A socket's path has room for 107 bytes; through the folder's descriptor any folder will do.
result<socket_loop::address> find_shell(const std::string& folder) {
  int at = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (at < 0)
    return failure{errc::not_found, fmt::format("{}: {}", folder, std::strerror(errno))};
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, fmt::format("/proc/self/fd/{}/troupe.sock", at).c_str(),
               sizeof where.sun_path - 1);
  return socket_loop::address{{reinterpret_cast<const char*>(&where), sizeof where}, AF_UNIX};
}

socket_loop::socket_loop(addresses at) : at_{std::move(at)}, poll_{::epoll_create1(EPOLL_CLOEXEC)} {
  if (poll_ < 0)
    throw failed{{errc::io, fmt::format("epoll: {}", std::strerror(errno))}};
}

socket_loop::~socket_loop() {
  for (auto& [number, one] : links_)
    ::close(one->socket);
  ::close(poll_);
}

span socket_loop::now() {
  return std::chrono::duration_cast<span>(std::chrono::steady_clock::now().time_since_epoch());
}

bool socket_loop::connect(peer& who, port where) {
  const auto& to = where == port::pb ? at_.pb : at_.shell;
  int socket = ::socket(to.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    trouble_ = std::strerror(errno);
    return false;
  }
  int on = 1;
  if (where == port::pb)
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int bad = ::connect(socket, reinterpret_cast<const sockaddr*>(to.bytes.data()),
                      static_cast<socklen_t>(to.bytes.size()));
  if (bad != 0 && errno != EINPROGRESS) {
    trouble_ = std::strerror(errno);
    ::close(socket);
    return false;
  }
  auto made = std::make_unique<link>();
  made->who = &who;
  made->socket = socket;
  made->number = ++last_number_;
  made->connecting = true;
  made->events = EPOLLIN | EPOLLOUT;
  epoll_event event{};
  event.events = made->events;
  event.data.u64 = made->number;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  numbers_[&who] = made->number;
  links_[made->number] = std::move(made);
  return true;
}

socket_loop::link* socket_loop::find(std::uint64_t number) {
  auto found = links_.find(number);
  return found == links_.end() ? nullptr : found->second.get();
}

void socket_loop::drop(link& one, const char* why) {
  if (*why)
    trouble_ = why;
  auto* who = one.who;
  ::close(one.socket);
  schedule(one, std::nullopt);
  numbers_.erase(who);
  links_.erase(one.number); // and `one` with it
  who->lost(now());
}

void socket_loop::cut(peer& who) {
  if (auto found = numbers_.find(&who); found != numbers_.end())
    drop(*find(found->second), "");
}

void socket_loop::want(link& one, std::uint32_t events) {
  if (std::exchange(one.events, events) == events)
    return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = one.number;
  ::epoll_ctl(poll_, EPOLL_CTL_MOD, one.socket, &event);
}

void socket_loop::schedule(link& one, std::optional<span> due) {
  if (one.due == due)
    return;
  if (one.due)
    due_.erase({*one.due, one.number});
  if (due)
    due_.insert({*due, one.number});
  one.due = due;
}

void socket_loop::serve(link& one, std::uint32_t events) {
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

bool socket_loop::read(link& one) {
  static char buffer[256 * 1024];
  auto n = ::recv(one.socket, buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  if (n <= 0) {
    drop(one, n == 0 ? "" : std::strerror(errno));
    return false;
  }
  bytes_in_ += n;
  if (one.who->take({buffer, static_cast<std::size_t>(n)}, now()))
    return true;
  drop(one, "");
  return false;
}

void socket_loop::write(link& one) {
  auto& out = one.who->out();
  while (!out.empty()) {
    auto n = ::send(one.socket, out.data(), out.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
      drop(one, std::strerror(errno));
      return;
    }
    if (n < 0)
      break;
    bytes_out_ += n;
    out.erase(0, static_cast<std::size_t>(n));
  }
  want(one, EPOLLIN | (out.empty() ? 0u : static_cast<std::uint32_t>(EPOLLOUT)));
  schedule(one, one.who->wakes_at());
}

// A peer that is due again at once goes on in the next run: the others have their turn.
void socket_loop::wake_due() {
  auto time = now();
  std::vector<std::uint64_t> due;
  for (auto i = due_.begin(); i != due_.end() && i->first <= time; ++i)
    due.push_back(i->second);
  for (auto number : due) {
    auto* one = find(number);
    if (!one)
      continue;
    if (one->who->wake(now()))
      write(*one);
    else
      drop(*one, "");
  }
}

void socket_loop::run(span longest) {
  wake_due();
  auto until = now() + longest;
  if (!due_.empty())
    until = std::min(until, due_.begin()->first);
  auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(until - now(), span{})).count();
  epoll_event events[256];
  int n = ::epoll_wait(poll_, events, 256, static_cast<int>(ms));
  for (int i = 0; i < n; ++i)
    if (auto* one = find(events[i].data.u64))
      serve(*one, events[i].events);
  wake_due();
}

} // namespace troupe::peers
