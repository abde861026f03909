#include "runtime/io/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace troupe::io {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto handshake_patience = std::chrono::seconds{20};
/// A peer that does not take what was written before a close.
constexpr auto goodbye_patience = std::chrono::seconds{5};

template <class Stream>
class stream_connection final : public connection,
                                public std::enable_shared_from_this<stream_connection<Stream>> {
public:
  template <class... Args>
  stream_connection(std::int64_t number, news report, Args&&... args)
    : number_{number}, report_{std::move(report)}, stream_{std::forward<Args>(args)...},
      patience_{stream_.get_executor()} {}

  void begin() override {
    if constexpr (secure) {
      watch(handshake_patience, "no TLS handshake within 20 s");
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code bad) {
                                self->patience_.cancel();
                                if (bad)
                                  self->end("TLS handshake: " + bad.message());
                                else
                                  self->ready();
                              });
    } else {
      ready();
    }
  }

  void read_more() override {
    ++credit_;
    read();
  }

  void write(bytes data) override {
    if (closing_ || ended_ || data.empty())
      return;
    waiting_bytes_ += data.size();
    if (waiting_bytes_ > unwritten_bytes_max) {
      end("it takes nothing: more than 64 MiB wait to be written");
      return;
    }
    waiting_.push_back(std::move(data));
    if (waiting_.size() == 1 && ready_)
      write_next();
  }

  void close() override {
    if (closing_ || ended_)
      return;
    closing_ = true;
    if (waiting_.empty())
      end("closed by us");
    else
      watch(goodbye_patience, "closed by us; it did not take the rest");
  }

  void describe(open_connection& shown) const override {
    shown.bytes_received = received_bytes_;
    shown.bytes_sent = sent_bytes_;
    shown.bytes_unwritten = static_cast<std::int64_t>(waiting_bytes_);
    shown.reading = reading_;
  }

private:
  static constexpr bool secure = !std::is_same_v<Stream, stream_socket>;

  void ready() {
    ready_ = true;
    if (!waiting_.empty())
      write_next();
    read();
  }

  void read() {
    if (!ready_ || reading_ || credit_ == 0 || ended_ || closing_)
      return;
    --credit_;
    reading_ = true;
    incoming_.resize(chunk_bytes_max);
    stream_.async_read_some(
        asio::buffer(incoming_), [self = this->shared_from_this()](error_code bad, std::size_t n) {
          self->reading_ = false;
          if (self->ended_)
            return;
          if (bad) {
            self->end(bad == asio::error::eof ? "closed by the peer" : bad.message());
            return;
          }
          self->received_bytes_ += static_cast<std::int64_t>(n);
          self->report_.send(self->owner,
                             bytes_received{self->number_, bytes{self->incoming_.data(), n}});
          if (self->credit_ == 0) {
            self->incoming_ = {}; // idle connections hold no buffer
            self->incoming_.shrink_to_fit();
          }
          self->read();
        });
  }

  void write_next() {
    asio::async_write(stream_, asio::buffer(waiting_.front()),
                      [self = this->shared_from_this()](error_code bad, std::size_t) {
                        if (self->ended_)
                          return;
                        if (bad) {
                          self->end("writing: " + bad.message());
                          return;
                        }
                        auto written = self->waiting_.front().size();
                        self->waiting_bytes_ -= written;
                        self->sent_bytes_ += static_cast<std::int64_t>(written);
                        self->waiting_.pop_front();
                        if (!self->waiting_.empty())
                          self->write_next();
                        else if (self->closing_)
                          self->end("closed by us");
                      });
  }

  void watch(std::chrono::seconds patience, std::string message) {
    patience_.expires_after(patience);
    patience_.async_wait([self = this->shared_from_this(), message](error_code bad) {
      if (!bad)
        self->end(message);
    });
  }

  void end(std::string message) {
    if (ended_)
      return;
    ended_ = true;
    patience_.cancel();
    error_code ignored;
    stream_.lowest_layer().shutdown(asio::socket_base::shutdown_both, ignored);
    stream_.lowest_layer().close(ignored);
    report_.send(owner, connection_closed{number_, std::move(message)});
    report_.gone(number_);
  }

  const std::int64_t number_;
  news report_;
  Stream stream_;
  asio::steady_timer patience_;
  std::string incoming_;
  std::deque<bytes> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::int64_t received_bytes_ = 0, sent_bytes_ = 0;
  std::size_t credit_ = 0;
  bool ready_ = false, reading_ = false, closing_ = false, ended_ = false;
};

} // namespace

std::shared_ptr<connection> make_connection(std::int64_t number, stream_socket socket,
                                            asio::ssl::context* secure, connection::news news) {
  if (secure)
    return std::make_shared<stream_connection<asio::ssl::stream<stream_socket>>>(
        number, std::move(news), std::move(socket), *secure);
  return std::make_shared<stream_connection<stream_socket>>(number, std::move(news),
                                                            std::move(socket));
}

} // namespace troupe::io
