// An entity of the read side: its fields, by REST's names, and the paths at which its rows are.
// Each has a source file of its own; a new stored field is a line there.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/data/value.hpp"
#include "storage/snapshot.hpp"

namespace troupe::model {
struct master;
}

namespace troupe::data {

/// What rows are read from.
struct reading {
  const storage::snapshot& from;
  /// For what is configured and not stored, such as change sources; null: nothing is.
  const model::master* configured = nullptr;
  /// The properties that builds and requests are shown with; "*" is all.
  std::vector<std::string> properties = {};
};

/// What stands in a path for the parts of its pattern that are not literal.
struct captures {
  std::map<std::string, std::string, std::less<>> parts;

  bool has(std::string_view name) const { return parts.contains(name); }
  std::string_view text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;
};

/// What a path may leave out, for the rest of the query does not want it.
struct scan {
  std::size_t newest = static_cast<std::size_t>(-1); ///< So many, with the highest ids.
  bool incomplete = false;                           ///< Only what is not complete.
};

struct field {
  std::string_view name;
  value_type type = value_type::text;
  std::function<value(const reading&, const void* record)> of;
  bool in_rest = true; ///< False: ours, for the shell alone.
};

struct path {
  std::string pattern; ///< "builders/n:builderid/builds"
  bool single = false;
  std::function<std::vector<std::shared_ptr<const void>>(const reading&, const captures&,
                                                         const scan&)>
      rows;
};

struct entity {
  std::string_view name;     ///< "build"
  std::string_view plural;   ///< "builds"
  std::vector<field> fields; ///< The first is the key.
  std::vector<path> paths;

  const field* find(std::string_view name) const;
  /// "No such field", with the nearest that there is.
  failure no_such_field(std::string_view name) const;
};

/// A record with the fields of its entity, which are found out when they are asked for.
class row {
public:
  row(const entity& of, const reading& from, std::shared_ptr<const void> record)
    : of_{&of}, from_{&from}, record_{std::move(record)} {}

  value operator[](const field& one) const { return one.of(*from_, record_.get()); }
  /// A field that there is.
  value operator[](std::string_view name) const;

private:
  const entity* of_;
  const reading* from_;
  std::shared_ptr<const void> record_;
};

// -- for those who declare one --------------------------------------------------------------------

/// The patterns that a short one stands for: "B" a builder, "BB" a build, "SS" a step, "L" a log
/// and "W" a worker at the beginning, each by number and by name; numbers come first.
std::vector<std::string> patterns_of(std::string_view pattern);

/// Declares an entity whose rows are `Record`s.
template <class Record>
class entity_of {
public:
  entity_of(std::string_view name, std::string_view plural) {
    made_.name = name, made_.plural = plural;
  }

  template <class T>
  entity_of& shows(std::string_view name, T Record::*member) {
    made_.fields.push_back({name, value_of<T>::type, [member](const reading&, const void* record) {
                              return value_of<T>::from(static_cast<const Record*>(record)->*member);
                            }});
    return *this;
  }
  /// `of` gets the record, or what is read from and the record.
  template <class Of>
  entity_of& shows(std::string_view name, value_type type, Of of) {
    made_.fields.push_back({name, type, [of](const reading& from, const void* record) -> value {
                              const auto& one = *static_cast<const Record*>(record);
                              if constexpr (std::is_invocable_v<Of, const Record&>)
                                return of(one);
                              else
                                return of(from, one);
                            }});
    return *this;
  }
  /// The field before is for the shell alone.
  entity_of& for_shell() {
    made_.fields.back().in_rest = false;
    return *this;
  }
  /// `rows` gives records in any order.
  template <class Rows>
  entity_of& many(std::string_view pattern, Rows rows) {
    return add(pattern, false, [rows](const reading& from, const captures& in, const scan& only) {
      std::vector<std::shared_ptr<const void>> found;
      for (auto& one : rows(from, in, only))
        found.push_back(std::make_shared<const Record>(std::move(one)));
      return found;
    });
  }
  /// `find` gives a record or nothing.
  template <class Find>
  entity_of& one(std::string_view pattern, Find find) {
    return add(pattern, true, [find](const reading& from, const captures& in, const scan&) {
      std::vector<std::shared_ptr<const void>> found;
      if (auto record = find(from, in))
        found.push_back(std::make_shared<const Record>(std::move(*record)));
      return found;
    });
  }
  entity done() { return std::move(made_); }

private:
  template <class Rows>
  entity_of& add(std::string_view pattern, bool single, const Rows& rows) {
    for (auto& full : patterns_of(pattern))
      made_.paths.push_back({std::move(full), single, rows});
    return *this;
  }

  entity made_;
};

} // namespace troupe::data
