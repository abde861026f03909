// What the fields of a described type once were: other names, other types. Told next to the fields,
// one line per change, the oldest first; a line is never edited afterwards:
//
//   struct worker_state {
//     span rest{};
//     std::map<std::string, json> info;
//     TROUPE_FIELDS(rest, info)
//     static void troupe_history(field_history& past) {
//       past.renamed("facts", "info");
//       past.retyped("rest", [](std::int64_t seconds) { return span{seconds * 1'000'000}; });
//     }
//   };
//
// What an older program stored is read through all lines that came after it. A field that is new
// or gone needs no line. A name that is used once more for something else has a line in which its
// first use ends: `renamed`, or `retyped` by a function that forgets.
#pragma once

#include <string_view>
#include <type_traits>
#include <vector>

#include "storage/value_ops.hpp"

namespace troupe {

template <class T>
constexpr const value_ops& ops_of();

namespace detail {

/// What a migration function takes and gives; it gives a result if it may refuse.
template <class Call>
struct migration_types;
template <class Function, class To, class From>
struct migration_types<To (Function::*)(From) const> {
  using from = std::decay_t<From>;
  using to = To;
};
template <class Function, class To, class From>
struct migration_types<result<To> (Function::*)(From) const> {
  using from = std::decay_t<From>;
  using to = To;
};

} // namespace detail

class field_history {
public:
  struct line {
    std::string_view from, to; ///< Names; the same if only the type is another.
    conversion through;        ///< Nothing in it if only the name is another.
  };

  /// The field `to` was called `from`.
  void renamed(std::string_view from, std::string_view to) { lines_.push_back({from, to, {}}); }

  /// The field `name` held what `migrate` takes, and then what it gives.
  template <class Migrate>
  void retyped(std::string_view name, Migrate) {
    static_assert(std::is_empty_v<Migrate>, "a migration function depends on what was stored only");
    using types = detail::migration_types<decltype(&Migrate::operator())>;
    using from_type = typename types::from;
    using to_type = typename types::to;
    conversion through;
    through.from = &ops_of<from_type>();
    through.to = &ops_of<to_type>();
    through.make = []() -> std::shared_ptr<void> { return std::make_shared<from_type>(); };
    through.convert = [](const void* from, void* to) -> result<void> {
      result<to_type> made = Migrate{}(detail::value_at<from_type>(from));
      if (!made)
        return made.error();
      detail::value_at<to_type>(to) = std::move(*made);
      return {};
    };
    lines_.push_back({name, name, through});
  }

  const std::vector<line>& lines() const noexcept { return lines_; }

private:
  std::vector<line> lines_;
};

/// Described types that tell of former fields.
template <class T>
concept has_history = requires(field_history& past) {
  T::troupe_history(past);
};

} // namespace troupe
