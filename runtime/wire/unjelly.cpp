#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "runtime/wire/banana.hpp"
#include "runtime/wire/jelly.hpp"
#include "runtime/wire/utf8.hpp"

namespace troupe::wire {

namespace {

constexpr std::int64_t copied_bytes_max = 16 << 20;
constexpr std::string_view insecure = "twisted.spread.jelly.InsecureJelly";

/// What a copy of a value costs: its memory, and how deep its expression nests.
struct extent {
  std::int64_t bytes = 0;
  std::int64_t depth = 0;
};

extent extent_of(const jelly& x) {
  extent all{.bytes = static_cast<std::int64_t>(sizeof(jelly)), .depth = 0};
  auto add = [&](const jelly& part, std::int64_t levels) {
    auto [bytes, depth] = extent_of(part);
    all.bytes += bytes;
    all.depth = std::max(all.depth, depth + levels);
  };
  for (const auto& item : x.items())
    add(item, 1);
  for (const auto& [key, value] : x.pairs()) {
    add(key, 2);
    add(value, 2);
  }
  for (const auto* string : {x.as_text(), x.as_unpersistable(), &x.class_name()})
    all.bytes += string != nullptr ? static_cast<std::int64_t>(string->size()) : 0;
  if (x.is(jelly_kind::instance))
    add(x.state(), 1);
  all.depth = std::max<std::int64_t>(all.depth, 1);
  return all;
}

/// Dates and decimals have one or two short parts. Copies of anything else could be huge.
bool is_small(const sexp::list_type& parts) {
  return parts.size() <= 3 && std::all_of(parts.begin(), parts.end(), [](const sexp& part) {
           const auto* string = part.string();
           return string != nullptr ? string->size() <= 100 : part.elements() == nullptr;
         });
}

/// Reads one value. The first thing that is wrong is kept in `why_`, and everything stops there.
class unjellier {
public:
  unjellier(std::vector<std::int64_t>* references, bool stored)
    : references_{references}, stored_{stored} {}

  jelly read(sexp&& from);
  const std::string& why() const { return why_; }

private:
  jelly read_tagged(const std::string& tag, sexp::list_type& parts);
  jelly read_text(sexp::list_type& parts);
  jelly::list_type read_items(sexp::list_type& parts);
  jelly read_dictionary(sexp::list_type& parts);
  jelly read_reference(sexp::list_type& parts);
  jelly read_dereference(sexp::list_type& parts);
  jelly read_object(jelly_kind kind, sexp::list_type& parts);
  bool has(const sexp::list_type& parts, std::size_t size, std::string_view tag);
  bool may_copy(const jelly& value);
  jelly wrong(std::string message) { return wrong(insecure, message); }
  jelly wrong(std::string_view exception, std::string_view message);

  std::vector<std::int64_t>* references_;
  bool stored_;
  std::string why_;
  std::map<std::int64_t, jelly> shared_;
  std::int64_t copied_ = 0;
  std::int64_t depth_ = 0;
};

jelly unjellier::wrong(std::string_view exception, std::string_view message) {
  if (why_.empty())
    why_ = fmt::format("{}: {}", exception, message);
  return {};
}

bool unjellier::has(const sexp::list_type& parts, std::size_t size, std::string_view tag) {
  if (parts.size() == size)
    return true;
  wrong(fmt::format("{} with {} parts, {} expected", tag, parts.size() - 1, size - 1));
  return false;
}

jelly unjellier::read(sexp&& from) {
  if (const auto* number = from.integer())
    return jelly::integer(*number);
  if (const auto* number = from.real())
    return jelly::real(*number);
  if (from.big() != nullptr)
    return jelly::big(std::get<big_integer>(std::move(from.content)));
  if (from.string() != nullptr)
    return jelly::raw(std::get<bytes>(std::move(from.content)));
  auto& parts = *from.elements();
  if (parts.empty() || parts[0].string() == nullptr)
    return wrong("a list without a tag");
  const auto& tag = *parts[0].string();
  if (tag == "date" || tag == "time" || tag == "datetime" || tag == "timedelta" || tag == "decimal")
    return is_small(parts) ? jelly::opaque(std::move(from)) : wrong(tag + " of strange parts");
  ++depth_;
  auto value = read_tagged(tag, parts);
  --depth_;
  return value;
}

jelly unjellier::read_tagged(const std::string& tag, sexp::list_type& parts) {
  if (tag == "unicode")
    return read_text(parts);
  if (tag == "None")
    return has(parts, 1, tag) ? jelly::none() : jelly{};
  if (tag == "list")
    return jelly::list(read_items(parts));
  if (tag == "tuple")
    return jelly::tuple(read_items(parts));
  if (tag == "dictionary")
    return read_dictionary(parts);
  if (tag == "boolean") {
    const auto* word = parts.size() == 2 ? parts[1].string() : nullptr;
    if (word == nullptr || (*word != "true" && *word != "false"))
      return wrong("a boolean that is neither true nor false");
    return jelly::boolean(*word == "true");
  }
  if (tag == "set")
    return jelly::set(read_items(parts));
  if (tag == "frozenset")
    return jelly::frozenset(read_items(parts));
  if (tag == "remote" || tag == "local")
    return read_object(tag == "remote" ? jelly_kind::remote : jelly_kind::local, parts);
  if (tag == "reference")
    return read_reference(parts);
  if (tag == "dereference")
    return read_dereference(parts);
  if (tag == "unpersistable" || (stored_ && tag == "own")) {
    if (!has(parts, 2, tag))
      return {};
    if (parts[1].string() == nullptr || (!stored_ && !is_utf8(*parts[1].string())))
      return wrong("a reason that is no text");
    auto message = std::get<bytes>(std::move(parts[1].content));
    return tag == "own" ? jelly::own(std::move(message)) : jelly::unpersistable(std::move(message));
  }
  if (tag.find('.') != std::string::npos && (stored_ || is_utf8(tag)))
    return has(parts, 2, "a copied object") ? jelly::instance(tag, read(std::move(parts[1])))
                                            : jelly{};
  return wrong("type not allowed: " + detail::text_for_json(tag.substr(0, 80)));
}

jelly unjellier::read_text(sexp::list_type& parts) {
  if (!has(parts, 2, "unicode"))
    return {};
  if (parts[1].string() == nullptr)
    return wrong("text that is no string");
  if (!stored_ && !is_utf8(*parts[1].string()))
    return wrong("builtins.UnicodeDecodeError", "text that is not UTF-8");
  return jelly::text(std::get<bytes>(std::move(parts[1].content)));
}

jelly::list_type unjellier::read_items(sexp::list_type& parts) {
  jelly::list_type items;
  items.reserve(parts.size() - 1);
  for (std::size_t i = 1; i < parts.size() && why_.empty(); ++i)
    items.push_back(read(std::move(parts[i])));
  return items;
}

jelly unjellier::read_dictionary(sexp::list_type& parts) {
  jelly::pairs_type pairs;
  pairs.reserve(parts.size() - 1);
  ++depth_; // the pairs are lists too
  for (std::size_t i = 1; i < parts.size() && why_.empty(); ++i) {
    auto* pair = parts[i].elements();
    if (pair == nullptr || pair->size() != 2)
      return wrong("a dictionary with something that is no pair");
    auto key = read(std::move((*pair)[0]));
    auto value = read(std::move((*pair)[1]));
    pairs.emplace_back(std::move(key), std::move(value));
  }
  --depth_;
  return jelly::dictionary(std::move(pairs));
}

jelly unjellier::read_object(jelly_kind kind, sexp::list_type& parts) {
  const auto* id = parts.size() == 2 ? parts[1].integer() : nullptr;
  if (id == nullptr || *id < 1)
    return wrong("an object without an id");
  if (kind == jelly_kind::local)
    return jelly::local(*id);
  if (references_ != nullptr)
    references_->push_back(*id);
  return jelly::remote(*id);
}

/// Whether one more copy of `value` is within bounds. Copies of copies grow without end otherwise.
bool unjellier::may_copy(const jelly& value) {
  auto [bytes, depth] = extent_of(value);
  copied_ += bytes;
  if (copied_ > copied_bytes_max)
    wrong(fmt::format("shared parts of more than {} bytes", copied_bytes_max));
  else if (depth_ + depth > banana_limits{}.nesting_max)
    wrong("shared parts nested too deep");
  return why_.empty();
}

jelly unjellier::read_reference(sexp::list_type& parts) {
  const auto* id = parts.size() == 3 ? parts[1].integer() : nullptr;
  if (id == nullptr)
    return wrong("a reference without an id");
  if (shared_.contains(*id))
    return wrong(fmt::format("reference {} twice", *id));
  auto value = read(std::move(parts[2]));
  // Known only from here on, so that a use within itself is one of something unknown.
  if (why_.empty() && may_copy(value))
    shared_.emplace(*id, value);
  return value;
}

jelly unjellier::read_dereference(sexp::list_type& parts) {
  const auto* id = parts.size() == 2 ? parts[1].integer() : nullptr;
  auto found = id != nullptr ? shared_.find(*id) : shared_.end();
  if (found == shared_.end())
    return wrong("a use of a shared part that has not ended before");
  return may_copy(found->second) ? found->second : jelly{};
}

} // namespace

result<jelly> unjelly(sexp&& from, std::vector<std::int64_t>* references) {
  unjellier reader{references, false};
  auto value = reader.read(std::move(from));
  if (!reader.why().empty())
    return failure{errc::invalid, reader.why()};
  return value;
}

bool from_stored(jelly& x, std::string_view in) {
  sexp read;
  if (!from_stored(read, in))
    return false;
  unjellier reader{nullptr, true};
  x = reader.read(std::move(read));
  return reader.why().empty();
}

} // namespace troupe::wire
