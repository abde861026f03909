// What builds and workers tell each other, whatever protocol a worker speaks: arguments of
// commands, updates, blocks of files. The connection translates it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/codec.hpp"

namespace troupe::workers {

enum class datum_kind : int {
  none,
  boolean,
  integer,
  real,
  text,
  bytes,
  list,
  map,
  obfuscated, ///< A word of a command that is shown as another.
  object,     ///< What the worker calls to transfer a file.
};

/// A word of a command: the worker runs `real` and shows `shown`.
struct obfuscated_word {
  std::string real;
  std::string shown;
  TROUPE_FIELDS(real, shown)
};

/// Which end of a transfer a command is given: it reads a file of ours, or writes one.
enum class transfer_object : int { reader, writer };
constexpr auto names_of(transfer_object) {
  return std::array<std::string_view, 2>{"reader", "writer"};
}

/// What a worker calls on it.
enum class transfer_method : int { read, write, close, utime, unpack, other };
constexpr auto names_of(transfer_method) {
  return std::array<std::string_view, 6>{"read", "write", "close", "utime", "unpack", "other"};
}

/// One value. Text is UTF-8; bytes need not be.
class datum {
public:
  using list_type = std::vector<datum>;
  using entry = std::pair<std::string, datum>;
  using map_type = std::vector<entry>; ///< In the order in which it is sent.
  /// In the order of `datum_kind`.
  using content_type =
      std::variant<std::monostate, bool, std::int64_t, double, std::string, troupe::bytes,
                   list_type, map_type, obfuscated_word, transfer_object>;

  datum() {} // not defaulted: Clang 14 would take pairs of it for not constructible
  explicit datum(content_type content) : content_{std::move(content)} {}

  static datum none() { return {}; }
  static datum boolean(bool value) { return of<datum_kind::boolean>(value); }
  static datum integer(std::int64_t value) { return of<datum_kind::integer>(value); }
  static datum real(double value) { return of<datum_kind::real>(value); }
  static datum text(std::string value) { return of<datum_kind::text>(std::move(value)); }
  static datum raw(troupe::bytes value) { return of<datum_kind::bytes>(std::move(value)); }
  static datum list(list_type items = {}) { return of<datum_kind::list>(std::move(items)); }
  static datum map(map_type entries = {}) { return of<datum_kind::map>(std::move(entries)); }
  static datum obfuscated(std::string real, std::string shown) {
    return of<datum_kind::obfuscated>(obfuscated_word{std::move(real), std::move(shown)});
  }
  static datum object(transfer_object which) { return of<datum_kind::object>(which); }

  datum_kind kind() const { return static_cast<datum_kind>(content_.index()); }
  const content_type& content() const { return content_; }

  /// What text or bytes hold, else null.
  const std::string* as_text() const;
  /// The integer, or a boolean as 0 or 1.
  std::optional<std::int64_t> as_int() const;
  /// The real, or an integer as one.
  std::optional<double> as_real() const;
  /// The elements of a list; empty for all others.
  const list_type& items() const;
  /// The entries of a map; empty for all others.
  const map_type& entries() const;
  /// The value of a map's first entry of that key, else null.
  const datum* find(std::string_view key) const;
  /// Adds an entry to a map; none becomes one first.
  datum& add(std::string key, datum value);

  bool operator==(const datum& other) const;

private:
  template <datum_kind Kind, class Held>
  static datum of(Held held) {
    return datum{
        content_type{std::in_place_index<static_cast<std::size_t>(Kind)>, std::move(held)}};
  }

  content_type content_;
};

/// Stored form: a byte for the kind, then the content in its own.
void to_stored(const datum& x, bytes& out);
bool from_stored(datum& x, std::string_view in);

/// JSON where it has the kind; else an object whose one key is the kind: {"bytes": "data"},
/// {"object": "reader"}.
json as_json(const datum& x);
result<void> of_json(datum& x, const json& in);

} // namespace troupe::workers
