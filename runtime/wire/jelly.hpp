// Jelly: the values that calls, answers and errors carry, as tagged expressions. pb.md section 4.
#pragma once

#include <array>
#include <optional>
#include <utility>

#include "runtime/wire/sexp.hpp"

namespace troupe::wire {

enum class jelly_kind {
  none,
  boolean,
  integer,
  real,
  bytes,
  text,
  list,
  tuple,
  dictionary,
  set,
  frozenset,
  remote,        ///< An object of the other side, by its id there.
  local,         ///< An object of the receiver, by its id there; the broker makes it `own`.
  own,           ///< An object of ours, by our key; the broker turns it into an id and counts.
  instance,      ///< A copied object: a dotted class name and its state.
  unpersistable, ///< Something that the sender may not send; holds the reason.
  opaque,        ///< Dates, times and decimals: never used here, passed on as they are.
};

constexpr auto names_of(jelly_kind) {
  return std::array<std::string_view, 17>{
      "none",  "boolean", "integer",    "real",          "bytes",     "text",
      "list",  "tuple",   "dictionary", "set",           "frozenset", "remote",
      "local", "own",     "instance",   "unpersistable", "opaque"};
}

/// One value. Text is UTF-8, and its maker sees to that: the receiver fails the whole call
/// otherwise. Plain data, cheap to move.
class jelly {
public:
  using list_type = std::vector<jelly>;
  using pair_type = std::pair<jelly, jelly>;
  using pairs_type = std::vector<pair_type>;

  jelly() {} // not defaulted: Clang 14 would take pairs of it for not constructible

  static jelly none() { return {}; }
  static jelly boolean(bool value) { return {jelly_kind::boolean, value}; }
  static jelly integer(std::int64_t value) { return {jelly_kind::integer, value}; }
  static jelly big(big_integer value) { return {jelly_kind::integer, std::move(value)}; }
  static jelly real(double value) { return {jelly_kind::real, value}; }
  static jelly raw(troupe::bytes value) { return {jelly_kind::bytes, std::move(value)}; }
  static jelly text(std::string value) { return {jelly_kind::text, std::move(value)}; }
  static jelly list(list_type items = {}) { return {jelly_kind::list, std::move(items)}; }
  static jelly tuple(list_type items = {}) { return {jelly_kind::tuple, std::move(items)}; }
  static jelly set(list_type items = {}) { return {jelly_kind::set, std::move(items)}; }
  static jelly frozenset(list_type items = {}) { return {jelly_kind::frozenset, std::move(items)}; }
  static jelly dictionary(pairs_type pairs = {}) {
    return {jelly_kind::dictionary, std::move(pairs)};
  }
  static jelly remote(std::int64_t id) { return {jelly_kind::remote, id}; }
  static jelly local(std::int64_t id) { return {jelly_kind::local, id}; }
  static jelly own(std::string key) { return {jelly_kind::own, std::move(key)}; }
  static jelly instance(std::string class_name, jelly state);
  static jelly unpersistable(std::string reason) {
    return {jelly_kind::unpersistable, std::move(reason)};
  }
  /// `tagged` is the whole expression with its tag.
  static jelly opaque(sexp tagged) { return {jelly_kind::opaque, std::move(tagged)}; }

  jelly_kind kind() const { return kind_; }
  bool is(jelly_kind kind) const { return kind_ == kind; }
  bool is_none() const { return kind_ == jelly_kind::none; }

  /// What bytes or text hold, else null. Peers of either age send names as one or the other; bytes
  /// need not be UTF-8.
  const std::string* as_text() const;
  /// The integer, or a boolean as 0 or 1; nothing for others and for more than 64 bits.
  std::optional<std::int64_t> as_int() const;
  /// The boolean, or whether an integer is not 0.
  std::optional<bool> as_bool() const;
  /// The float, or an integer as one.
  std::optional<double> as_real() const;
  const big_integer* as_big() const { return std::get_if<big_integer>(&content_); }
  /// The id of a remote object of the other side.
  std::optional<std::int64_t> as_remote() const;
  std::optional<std::int64_t> as_local() const;
  /// The key of an object of ours.
  const std::string* as_own() const;
  /// Why the sender could not send it.
  const std::string* as_unpersistable() const;
  const sexp* as_opaque() const { return std::get_if<sexp>(&content_); }

  /// The elements of a list, tuple, set or frozenset; empty for all others.
  const list_type& items() const;
  /// The pairs of a dictionary in the order sent; empty for all others.
  const pairs_type& pairs() const;
  /// The same, moved out.
  list_type into_items() &&;
  pairs_type into_pairs() &&;
  /// The value of the first key that is `key` as bytes or text, else null.
  const jelly* find(std::string_view key) const;
  /// Adds a pair with a text key to a dictionary, to which none becomes first.
  jelly& add(std::string key, jelly value);
  /// Of an instance: its class, and its state. Empty and none for others.
  const std::string& class_name() const;
  const jelly& state() const;

  /// Calls `visit` for each part, then for the value itself.
  template <class F>
  void for_each_part(F& visit);

  bool operator==(const jelly& other) const;

private:
  using content_type = std::variant<std::monostate, bool, std::int64_t, double, troupe::bytes,
                                    list_type, pairs_type, big_integer, sexp>;

  jelly(jelly_kind kind, content_type content) : kind_{kind}, content_{std::move(content)} {}

  friend sexp to_sexp(jelly value);
  friend void to_stored(const jelly& x, troupe::bytes& out);

  jelly_kind kind_ = jelly_kind::none;
  content_type content_; // of an instance: a list of its class name and its state
};

template <class F>
void jelly::for_each_part(F& visit) {
  if (auto* items = std::get_if<list_type>(&content_)) {
    for (auto& item : *items)
      item.for_each_part(visit);
  } else if (auto* pairs = std::get_if<pairs_type>(&content_)) {
    for (auto& [key, value] : *pairs) {
      key.for_each_part(visit);
      value.for_each_part(visit);
    }
  }
  visit(*this);
}

/// The value that an expression from a peer stands for. `references`, if given, receives the id of
/// each ("remote" id) in the order sent, once for each time that the sender counted. A failure
/// (errc::invalid) begins with the exception to answer with and a colon:
/// "twisted.spread.jelly.InsecureJelly: ..." or "builtins.UnicodeDecodeError: ...".
/// Shared parts are copied; cycles, forward uses, and copies of more than 16 MiB are refused.
result<jelly> unjelly(sexp&& from, std::vector<std::int64_t>* references = nullptr);

/// The expression for `value`. An `own` is written with a tag that no peer knows: the broker
/// replaces it first.
sexp to_sexp(jelly value);

/// Stored form: the banana bytes of the expression.
void to_stored(const jelly& x, bytes& out);
bool from_stored(jelly& x, std::string_view in);

/// JSON where it has the kind (none, booleans, numbers, text, lists, dictionaries with distinct
/// text keys); else an object whose one key is the kind: {"tuple": [1, 2]}, {"remote": 5}.
json as_json(const jelly& x);
result<void> of_json(jelly& x, const json& in);

} // namespace troupe::wire
