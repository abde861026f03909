#include "storage/codec.hpp"

#include "storage/json.hpp"

namespace troupe {

layout::layout(std::string_view names, const void* sample, std::initializer_list<place> places,
               const field_history* past)
  : sample_{sample} {
  fields_.reserve(places.size());
  for (const auto& one : places) {
    field_layout field;
    field.name = detail::take_name(names);
    field.tag = detail::field_tag(field.name);
    field.offset = static_cast<std::size_t>(static_cast<const char*>(one.at)
                                            - static_cast<const char*>(sample));
    field.ops = one.ops;
    fields_.push_back(field);
  }
  if (past)
    take_up(*past);
}

namespace {

const void* field_at(const field_layout& field, const void* x) {
  return static_cast<const char*>(x) + field.offset;
}

void* field_at(const field_layout& field, void* x) {
  return static_cast<char*>(x) + field.offset;
}

void put_fields(const layout& of, bytes& out, const void* x) {
  for (const auto& field : of.fields()) {
    out.push_back(static_cast<char>(field.tag));
    out.push_back(static_cast<char>(field.tag >> 8));
    detail::put_sized(*field.ops, out, field_at(field, x));
  }
}

/// What an older program stored in the field at `x`.
result<void> get_former(const former_field& was, const field_layout& is, void* x,
                        std::string_view in) {
  if (was.through.empty())
    return get_value(*is.ops, x, in);
  auto value = was.through.front().make();
  if (auto done = get_value(*was.through.front().from, value.get(), in); !done)
    return done;
  for (std::size_t i = 0; i < was.through.size(); ++i) {
    bool last = i + 1 == was.through.size();
    auto next = last ? nullptr : was.through[i + 1].make();
    if (auto done = was.through[i].convert(value.get(), last ? x : next.get()); !done)
      return done;
    value = std::move(next);
  }
  return {};
}

/// A field that is called otherwise now, or is gone.
result<void> get_unknown(const layout& of, void* x, std::uint16_t tag, std::string_view in) {
  for (const auto& was : of.formers())
    if (was.tag == tag) {
      const auto& is = of.fields()[was.field];
      auto done = get_former(was, is, field_at(is, x), in);
      return done ? done : done.error().in(is.name);
    }
  return {};
}

result<void> get_fields(const layout& of, void* x, std::string_view in) {
  const auto& fields = of.fields();
  std::size_t expected = 0; // writers and readers of one version agree on the order
  while (!in.empty()) {
    if (in.size() < 2)
      return detail::damaged();
    auto tag = static_cast<std::uint16_t>(static_cast<unsigned char>(in[0])
                                          | (static_cast<unsigned char>(in[1]) << 8));
    in.remove_prefix(2);
    std::string_view payload;
    if (!detail::get_sized(in, payload))
      return detail::damaged();
    auto found = expected;
    if (found >= fields.size() || fields[found].tag != tag)
      for (found = 0; found < fields.size() && fields[found].tag != tag;)
        ++found;
    if (found == fields.size()) {
      if (auto done = get_unknown(of, x, tag, payload); !done)
        return done;
      continue;
    }
    expected = found + 1;
    if (auto done = get_value(*fields[found].ops, field_at(fields[found], x), payload); !done)
      return done.error().in(fields[found].name);
  }
  return {};
}

json show_fields(const layout& of, const void* x) {
  boost::json::object out;
  out.reserve(of.fields().size());
  for (const auto& field : of.fields())
    out.emplace(boost::json::string_view{field.name.data(), field.name.size()},
                show_value(*field.ops, field_at(field, x)));
  return out;
}

result<void> read_fields(const layout& of, void* x, const json& in) {
  if (!in.is_object())
    return detail::wrong_kind("a map", in);
  for (const auto& entry : in.get_object()) {
    std::string_view name{entry.key().data(), entry.key().size()};
    const field_layout* found = nullptr;
    for (const auto& field : of.fields())
      if (field.name == name)
        found = &field;
    if (!found) {
      std::vector<std::string_view> known;
      for (const auto& field : of.fields())
        known.push_back(field.name);
      return detail::unknown_key(name, known);
    }
    if (auto done = read_value(*found->ops, field_at(*found, x), entry.value()); !done)
      return done.error().in(name);
  }
  return {};
}

} // namespace

void put_value(const value_ops& ops, bytes& out, const void* x) {
  if (ops.put)
    ops.put(out, x);
  else
    put_fields(ops.fields(), out, x);
}

result<void> get_value(const value_ops& ops, void* x, std::string_view in) {
  return ops.get ? ops.get(x, in) : get_fields(ops.fields(), x, in);
}

json show_value(const value_ops& ops, const void* x) {
  return ops.show ? ops.show(x) : show_fields(ops.fields(), x);
}

result<void> read_value(const value_ops& ops, void* x, const json& in) {
  return ops.read ? ops.read(x, in) : read_fields(ops.fields(), x, in);
}

bool equal_values(const value_ops& ops, const void* a, const void* b, equality_rule rule) {
  if (rule)
    if (auto decided = rule(ops, a, b))
      return *decided;
  if (ops.equal)
    return ops.equal(a, b, rule);
  for (const auto& field : ops.fields().fields())
    if (!equal_values(*field.ops, field_at(field, a), field_at(field, b), rule))
      return false;
  return true;
}

namespace detail {

void put_varint(bytes& out, std::uint64_t number) {
  while (number >= 0x80) {
    out.push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  out.push_back(static_cast<char>(number));
}

bool get_varint(std::string_view& in, std::uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (in.empty())
      return false;
    auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0)
      return true;
  }
  return false;
}

void put_integer(bytes& out, std::int64_t number) {
  put_varint(out, (static_cast<std::uint64_t>(number) << 1)
                      ^ static_cast<std::uint64_t>(number >> 63)); // zigzag
}

bool get_integer(std::int64_t& number, std::string_view in) {
  std::uint64_t zigzag = 0;
  if (!get_varint(in, zigzag) || !in.empty())
    return false;
  number = static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1);
  return true;
}

void put_sized(const value_ops& ops, bytes& out, const void* x) {
  auto start = out.size();
  out.push_back('\0'); // most lengths fit one byte; the others move the payload
  put_value(ops, out, x);
  auto length = out.size() - start - 1;
  if (length < 0x80) {
    out[start] = static_cast<char>(length);
    return;
  }
  bytes prefix;
  put_varint(prefix, length);
  out.replace(start, 1, prefix);
}

void put_sized(bytes& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

bool get_sized(std::string_view& in, std::string_view& payload) {
  std::uint64_t length = 0;
  if (!get_varint(in, length) || length > in.size())
    return false;
  payload = in.substr(0, length);
  in.remove_prefix(length);
  return true;
}

result<void> get_elements(std::string_view in, void* to,
                          result<void> (*take)(void*, std::string_view)) {
  std::uint64_t count = 0;
  if (!get_varint(in, count) || count > in.size())
    return damaged(); // each element takes at least its length byte
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string_view payload;
    if (!get_sized(in, payload))
      return damaged();
    if (auto done = take(to, payload); !done)
      return done.error().in("[" + std::to_string(i) + "]");
  }
  return in.empty() ? result<void>{} : damaged();
}

result<void> get_entries(std::string_view in, void* to,
                         result<void> (*take)(void*, std::string_view, std::string_view)) {
  std::uint64_t count = 0;
  if (!get_varint(in, count) || count > in.size())
    return damaged();
  for (; count > 0; --count) {
    std::string_view name, value;
    if (!get_sized(in, name) || !get_sized(in, value))
      return damaged();
    if (auto done = take(to, name, value); !done)
      return done;
  }
  return in.empty() ? result<void>{} : damaged();
}

failure damaged() {
  return {errc::corrupt, "its stored form is damaged"};
}

} // namespace detail

} // namespace troupe
