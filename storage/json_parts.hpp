// The pieces of the JSON form of values (json.hpp), and the operations of the types that it and the
// stored form know by themselves.
#pragma once

#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "storage/value_ops.hpp"

namespace troupe::detail {

/// JSON is UTF-8: bytes that are not are shown in hexadecimal rather than making the whole answer
/// unreadable. For words.
std::string text_for_json(const std::string& raw);
/// The same for values: what is shown can be read back, whatever bytes it consists of.
std::string marked_text(const std::string& raw);
result<std::string> unmarked_text(std::string_view text);

failure wrong_kind(std::string_view wanted, const json& got);
failure unknown_key(std::string_view key, const std::vector<std::string_view>& known);

json show_name(std::int64_t number, const std::string_view* names, std::size_t count);
result<void> read_name(std::int64_t& number, const json& in, const std::string_view* names,
                       std::size_t count);
result<void> read_integer(std::int64_t& number, const json& in);

json show_pair(json first, json second);
result<void> read_pair(const json& in, const value_ops& first_ops, void* first,
                       const value_ops& second_ops, void* second);

class json_list {
public:
  void add(json element);
  json take();

private:
  boost::json::array elements_;
};

/// A key as text: one that is none becomes the print of its JSON form.
std::string key_text(const value_ops& key_ops, const void* key);

class json_map {
public:
  void add(const value_ops& key_ops, const void* key, json value);
  json take();

private:
  boost::json::object entries_;
};

/// Each calls `take` with `to` for every element, until one is refused.
result<void> read_list(const json& in, void* to, result<void> (*take)(void* to, const json&));
result<void> read_map(const json& in, void* to,
                      result<void> (*take)(void* to, std::string_view name, const json&));
result<void> read_key(const value_ops& key_ops, void* key, std::string_view text);

extern const value_ops text_ops;
extern const value_ops flag_ops;
extern const value_ops real_ops;
extern const value_ops json_ops;
extern const value_ops span_ops;    ///< In JSON: seconds.
extern const value_ops instant_ops; ///< In JSON: seconds since 1970.

} // namespace troupe::detail
