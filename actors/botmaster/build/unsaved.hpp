// What a build adds to the store and to the world and has not committed yet.
#pragma once

#include <array>
#include <string>

#include "runtime/mail/transaction.hpp"
#include "storage/json.hpp"

namespace troupe::runtime {
class vault;
}

namespace troupe::botmaster {

/// A record of the build that is put with the next commit if it has changed.
enum class changed_record : std::size_t { build, preparation, step };

/// What has come of the messages since the last commit. Not state: a build that fails loses it, and
/// its cell takes the messages again.
class unsaved {
public:
  /// The state differs from the stored one.
  void touch();
  /// The build has begun. Nothing of it is stored until its worker answers or a moment has passed.
  void hold_beginning() { extent_ = extent::beginning; }
  bool holds_beginning() const { return extent_ == extent::beginning; }
  bool empty() const { return extent_ == extent::nothing; }
  /// Enough waits to be committed at once.
  bool is_large() const;

  /// Sends it once the rest is durable.
  template <described Message>
  void send(const runtime::address& to, Message what) {
    touch();
    work_.send(to, std::move(what));
  }
  /// What is stored besides the records that changed.
  storage::batch& batch() { return work_.work; }

  /// The record differs from the stored one.
  void change(changed_record which);
  /// Whether it has changed since it was put last; the caller puts it now.
  bool take_change(changed_record which);

  /// All of it, for the commit; nothing is left.
  runtime::transaction take();

private:
  enum class extent { nothing, state, beginning };

  runtime::transaction work_;
  extent extent_ = extent::nothing;
  std::array<bool, 3> changed_{};
};

/// What is at hand while a build handles one message.
struct handling {
  instant now;
  runtime::address build;  ///< Its own: where answers go.
  runtime::address status; ///< Hears the events.
  const runtime::vault& secrets;
  unsaved& out;

  /// Tells the world of an event, once it is stored.
  void announce(std::string topic, json content) const;
};

} // namespace troupe::botmaster
