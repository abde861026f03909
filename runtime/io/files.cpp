#include "runtime/io/files.hpp"

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cell/system.hpp"

namespace troupe::io {

namespace {

/// Most bytes of one block.
constexpr std::int64_t block_bytes_max = 1 << 20;

std::string temporary_name(const std::string& path) {
  return path + ".troupe-part";
}

std::string trouble(std::string_view doing, const std::string& path) {
  return fmt::format("{} {}: {}", doing, path, std::strerror(errno));
}

class descriptor {
public:
  explicit descriptor(int fd) : fd_{fd} {}
  ~descriptor() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

private:
  int fd_;
};

file_done read(const read_block& command) {
  file_done done{command.token, false, {}, {}};
  descriptor fd{::open(command.path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) {
    done.message = trouble("opening", command.path);
    return done;
  }
  done.data.resize(
      static_cast<std::size_t>(std::clamp<std::int64_t>(command.size, 0, block_bytes_max)));
  auto got = ::pread(fd.get(), done.data.data(), done.data.size(), command.offset);
  if (got < 0) {
    done.message = trouble("reading", command.path);
    done.data.clear();
    return done;
  }
  done.data.resize(static_cast<std::size_t>(got));
  done.ok = true;
  return done;
}

file_done write(const write_block& command) {
  file_done done{command.token, false, {}, {}};
  auto name = temporary_name(command.path);
  std::error_code bad;
  if (command.offset == 0)
    std::filesystem::create_directories(std::filesystem::path{command.path}.parent_path(), bad);
  descriptor fd{::open(name.c_str(),
                       O_WRONLY | O_CREAT | O_CLOEXEC | (command.offset == 0 ? O_TRUNC : 0), 0644)};
  if (!fd) {
    done.message = trouble("opening", name);
    return done;
  }
  auto left = std::string_view{command.data};
  auto at = command.offset;
  while (!left.empty()) {
    auto put = ::pwrite(fd.get(), left.data(), left.size(), at);
    if (put < 0) {
      done.message = trouble("writing", name);
      return done;
    }
    at += put;
    left.remove_prefix(static_cast<std::size_t>(put));
  }
  done.ok = true;
  return done;
}

file_done close(const close_file& command) {
  file_done done{command.token, true, {}, {}};
  auto name = temporary_name(command.path);
  if (!command.keep) {
    ::unlink(name.c_str());
    return done;
  }
  std::error_code bad; // an empty file was never written to
  std::filesystem::create_directories(std::filesystem::path{command.path}.parent_path(), bad);
  descriptor made{::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)};
  if (!made)
    done.message = trouble("making", name);
  if (command.mode && ::chmod(name.c_str(), static_cast<mode_t>(*command.mode)) != 0)
    done.message = trouble("setting the mode of", name);
  if (command.times) {
    auto spec = [](double seconds) {
      timespec time{};
      time.tv_sec = static_cast<time_t>(seconds);
      time.tv_nsec = static_cast<long>((seconds - static_cast<double>(time.tv_sec)) * 1e9);
      return time;
    };
    timespec both[2] = {spec(command.times->first), spec(command.times->second)};
    if (::utimensat(AT_FDCWD, name.c_str(), both, 0) != 0)
      done.message = trouble("setting the times of", name);
  }
  if (::rename(name.c_str(), command.path.c_str()) != 0)
    done.message = trouble("naming", command.path);
  done.ok = done.message.empty();
  return done;
}

} // namespace

class files_loop final : public runtime::sink {
public:
  explicit files_loop(runtime::system& sys) : sys_{sys}, me_{sys.address_of(files_path)} {}

  void run() {
    thread_ = std::thread{[this] { work(); }};
  }

  void stop() {
    {
      std::lock_guard guard{lock_};
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void deliver(runtime::envelope mail) override {
    me_.at()->depth--;
    {
      std::lock_guard guard{lock_};
      waiting_.push_back(std::move(mail.what));
    }
    wake_.notify_one();
  }

private:
  void work() {
    std::unique_lock guard{lock_};
    for (;;) {
      wake_.wait(guard, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty())
        return;
      auto what = std::move(waiting_.front());
      waiting_.pop_front();
      guard.unlock();
      obey(what);
      guard.lock();
    }
  }

  void obey(const runtime::any_message& what) {
    if (auto* one = what.as<read_block>())
      sys_.send(one->requester, runtime::any_message{read(*one)}, me_);
    else if (auto* block = what.as<write_block>())
      sys_.send(block->requester, runtime::any_message{write(*block)}, me_);
    else if (auto* end = what.as<close_file>())
      sys_.send(end->requester, runtime::any_message{close(*end)}, me_);
  }

  runtime::system& sys_;
  runtime::address me_;
  std::mutex lock_;
  std::condition_variable wake_;
  std::deque<runtime::any_message> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

files::files(runtime::system& sys) : loop_{std::make_shared<files_loop>(sys)} {
  sys.address_of(files_path).at()->bind(loop_);
  loop_->run();
}

files::~files() {
  loop_->stop();
}

} // namespace troupe::io
