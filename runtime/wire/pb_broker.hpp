// PB BROKER: one end of one PB connection, as a state machine without any I/O.
//
// Takes the bytes that came in and says what they mean; turns calls and answers into the bytes to
// send. Both ends are the same but for the first expressions: the listening side (a master) speaks
// first and has the root object; the other (a worker or a client) chooses the dialect.
//
// Promises:  each request of the peer is answered at most once, and never without having been
// asked;
//            a reference of the peer's is given back at most as often as it was received; nothing
//            is written that a stock peer drops the connection for.
// Limits:    `pb_limits`. A peer beyond them, or one that breaks the protocol (pb.md section 20),
//            gets a `broker_broken`: its connection must be dropped. References in what is refused
//            or cannot be read are given back at once.
//
// The whole future of a broker is in its state, which can be taken out and put into another broker
// between any two bytes.
#pragma once

#include <map>
#include <set>

#include "runtime/wire/banana.hpp"
#include "runtime/wire/jelly.hpp"
#include "runtime/wire/pb_failure.hpp"

namespace troupe::wire {

/// To be called as an object: the root object of the listening side. Ids of others begin at 1.
inline constexpr std::int64_t pb_root = 0;

/// Calls by `name = value`, in the order sent.
using keyword_arguments = std::vector<std::pair<std::string, jelly>>;

/// Both sides have agreed: calls may be sent from now on. `dialect` is "pb" with every stock peer.
struct broker_ready {
  std::string dialect;
  TROUPE_FIELDS(dialect)
};

/// The peer calls `method` of our object `object` (the key that it was sent under, or "root").
/// Objects of ours among the arguments are `own`, objects of the peer `remote`. If an answer is
/// wanted, answer() or fail() must be called with `request`, at any time; else they do nothing.
struct broker_call {
  std::int64_t request = 0;
  bool wants_answer = true;
  std::string object;
  std::string method;
  std::vector<jelly> args;
  keyword_arguments kw;
  TROUPE_FIELDS(request, wants_answer, object, method, args, kw)

  /// The argument at `position`, or else the one called `name`; null if there is neither.
  const jelly* argument(std::size_t position, std::string_view name) const;
};

/// The call that was given `token` has a result.
struct broker_answer {
  std::string token;
  jelly value;
  TROUPE_FIELDS(token, value)
};

/// The call that was given `token` has failed.
struct broker_error {
  std::string token;
  pb_error error;
  TROUPE_FIELDS(token, error)
};

/// The peer has given back the last reference to our object `key`: nobody will call it any more,
/// unless it is sent again.
struct broker_released {
  std::string key;
  TROUPE_FIELDS(key)
};

/// The connection must be dropped; `words` are for the log. Always the last event.
struct broker_broken {
  std::string message;
  TROUPE_FIELDS(message)
};

using broker_event = std::variant<broker_ready, broker_call, broker_answer, broker_error,
                                  broker_released, broker_broken>;

struct pb_limits {
  std::int64_t requests_max = 16384;            ///< Of the peer, not yet answered.
  std::int64_t objects_max = 16384;             ///< Of ours, known to the peer.
  std::int64_t references_max = 16384;          ///< To objects of the peer, not given back.
  std::int64_t expression_bytes_max = 16 << 20; ///< Of one message. Lower it before the login.
  TROUPE_FIELDS(requests_max, objects_max, references_max, expression_bytes_max)
};

enum class pb_phase { dialect, running, broken };
constexpr auto names_of(pb_phase) {
  return std::array<std::string_view, 3>{"dialect", "running", "broken"};
}

/// An object of ours that the peer knows, and how often it was sent and not given back.
struct pb_object {
  std::string key;
  std::int64_t count = 0;
  TROUPE_FIELDS(key, count)
};

struct pb_broker_state {
  bool listening = true;
  pb_phase phase = pb_phase::dialect;
  pb_limits limits;
  banana_state incoming;
  std::int64_t next_request = 1;
  std::int64_t next_object = 1;
  std::map<std::int64_t, std::string> asked; ///< Our requests without an answer: their tokens.
  std::set<std::int64_t> unanswered;         ///< The peer's requests that want an answer.
  std::map<std::int64_t, pb_object> objects; ///< Ours, by id.
  std::map<std::string, std::int64_t> ids;   ///< The same, by key.
  std::map<std::int64_t, std::int64_t> references; ///< The peer's objects: how often we got each.
  TROUPE_FIELDS(listening, phase, limits, incoming, next_request, next_object, asked, unanswered,
                objects, ids, references)
};

class pb_broker {
public:
  explicit pb_broker(pb_broker_state state) : state_{std::move(state)} {}
  /// A new connection's: the side that listens, or the one that connects.
  static pb_broker listening(pb_limits limits = {});
  static pb_broker connecting(pb_limits limits = {});

  const pb_broker_state& state() const { return state_; }
  pb_broker_state into_state() && { return std::move(state_); }
  pb_limits& limits() { return state_.limits; }

  /// What the listening side sends first; empty for the other.
  bytes greeting() const;

  /// What `incoming` means, in order. Appends to `out` what must be sent at once.
  std::vector<broker_event> take(std::string_view incoming, bytes& out);

  /// Calls `method` of the peer's object `object`. `token` comes back with the answer or error; an
  /// empty one asks for no answer. Among the arguments, `own` hands out an object of ours and
  /// `remote` means one of the peer's. Failures, nothing is sent then: errc::unavailable before
  /// `broker_ready` and after `broker_broken`, errc::not_found for an object that the peer has not
  /// sent or we gave back, errc::invalid beyond the limits of banana, errc::refused beyond
  /// `objects_max`.
  result<void> call(std::int64_t object, std::string_view method, std::vector<jelly> args,
                    keyword_arguments kw, std::string token, bytes& out);

  /// Answers a request. If `value` cannot be sent (the failures of call()), the peer gets an error
  /// instead and the failure is returned. Does nothing if no answer is wanted or was given already.
  result<void> answer(std::int64_t request, jelly value, bytes& out);
  void fail(std::int64_t request, const pb_error& error, bytes& out);

  /// Gives one reference to the peer's object back. Does nothing if we hold none.
  void give_back(std::int64_t object, bytes& out);
  /// Gives back one reference for each `remote` in `value`.
  void give_back_all(jelly value, bytes& out);

  /// The connection is gone: each call without an answer fails
  /// (twisted.spread.pb.PBConnectionLost), each object of ours is released, and the broker takes
  /// and says nothing more.
  std::vector<broker_event> lost();

private:
  using events = std::vector<broker_event>;
  using refusal = std::optional<pb_error>;
  using received_ids = std::vector<std::int64_t>;

  void on_dialect(const sexp& said, events& heard, bytes& out);
  void on_expression(sexp said, events& heard, bytes& out);
  void on_message(sexp::list_type& parts, events& heard, bytes& out);
  void on_reply(sexp::list_type& parts, events& heard, bytes& out);
  void on_decref(const sexp::list_type& parts, events& heard);
  refusal read_call(sexp::list_type& parts, broker_call& call, received_ids& received);
  refusal read_value(sexp&& from, jelly& value, received_ids& received);
  void broken(std::string message, events& heard);

  result<void> hand_out(jelly& value, std::vector<std::int64_t>& counted);
  void take_back(const std::vector<std::int64_t>& counted, std::int64_t first_new);
  result<void> send(const sexp& message, bytes& out);
  std::int64_t id_for(const std::string& key);
  bool drop_one(std::int64_t id);

  pb_broker_state state_;
};

} // namespace troupe::wire
