#include "actors/config/lua/function_code.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace troupe::model {

namespace {

// Opcodes of Lua 5.4 (lopcodes.h), in which instructions have the opcode in their low 7 bits, A in
// 8, k in 1, B in 8, C in 8.
constexpr std::uint32_t op_gettabup = 11;

constexpr std::size_t header_bytes = 4 + 1 + 1 + 6 + 3 + 8 + 8;
constexpr int depth_max = 100;

struct torn {};

class dump_reader {
public:
  explicit dump_reader(std::string_view in) : in_{in} {}

  code_facts run() {
    if (in_.size() < header_bytes || in_.substr(0, 5) != "\x1bLua\x54")
      throw torn{};
    keep(header_bytes + 1); // the last byte: how many upvalues
    function(0);
    if (!in_.empty())
      throw torn{};
    return std::move(out_);
  }

private:
  std::string_view take(std::size_t count) {
    if (count > in_.size())
      throw torn{};
    auto taken = in_.substr(0, count);
    in_.remove_prefix(count);
    return taken;
  }

  std::string_view keep(std::size_t count) {
    auto taken = take(count);
    out_.bare.append(taken);
    return taken;
  }

  // Groups of 7 bits, the highest first; the last one has the top bit set.
  std::size_t number() {
    std::size_t value = 0;
    for (;;) {
      auto byte = static_cast<unsigned char>(take(1)[0]);
      if (value >> 56)
        throw torn{};
      value = value << 7 | (byte & 0x7f);
      if (byte & 0x80)
        return value;
    }
  }

  std::size_t kept_number() {
    auto before = in_;
    auto value = number();
    out_.bare.append(before.substr(0, before.size() - in_.size()));
    return value;
  }

  std::string_view text() {
    auto size = number();
    return size == 0 ? std::string_view{} : take(size - 1);
  }

  std::string_view kept_text() {
    auto size = kept_number();
    return size == 0 ? std::string_view{} : keep(size - 1);
  }

  std::vector<std::string_view> constants() {
    std::vector<std::string_view> texts;
    for (auto count = kept_number(); count > 0; --count) {
      auto type = keep(1)[0];
      texts.emplace_back();
      if (type == 0x03 || type == 0x13) // integer and float, of 8 bytes each
        keep(8);
      else if (type == 0x04 || type == 0x14)
        texts.back() = kept_text();
      else if (type != 0x00 && type != 0x01 && type != 0x11)
        throw torn{};
    }
    return texts;
  }

  std::vector<std::string_view> debug_information() {
    take(number());
    for (auto count = number(); count > 0; --count) {
      number();
      number();
    }
    for (auto count = number(); count > 0; --count) {
      text();
      number();
      number();
    }
    std::vector<std::string_view> upvalues;
    for (auto count = number(); count > 0; --count)
      upvalues.push_back(text());
    return upvalues;
  }

  void function(int depth) {
    if (depth > depth_max)
      throw torn{};
    text();   // where it was written
    number(); // first and last line
    number();
    keep(3);
    auto code = keep(kept_number() * 4);
    auto texts = constants();
    keep(kept_number() * 3);
    for (auto count = kept_number(); count > 0; --count)
      function(depth + 1);
    note_globals(code, texts, debug_information());
  }

  void note_globals(std::string_view code, const std::vector<std::string_view>& texts,
                    const std::vector<std::string_view>& upvalues) {
    for (std::size_t at = 0; at < code.size(); at += 4) {
      std::uint32_t instruction = 0;
      std::memcpy(&instruction, code.data() + at, 4);
      auto upvalue = instruction >> 16 & 0xff, constant = instruction >> 24;
      if ((instruction & 0x7f) != op_gettabup || upvalue >= upvalues.size()
          || upvalues[upvalue] != "_ENV" || constant >= texts.size())
        continue;
      std::string name{texts[constant]};
      if (std::find(out_.globals.begin(), out_.globals.end(), name) == out_.globals.end())
        out_.globals.push_back(std::move(name));
    }
  }

  std::string_view in_;
  code_facts out_;
};

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

result<code_facts> inspect_code(std::string_view dump) {
  try {
    return dump_reader{dump}.run();
  } catch (const torn&) {
    return failure{errc::corrupt, "not the code of a Lua 5.4 function"};
  }
}

std::string to_base64(std::string_view raw) {
  std::string out;
  out.reserve((raw.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < raw.size(); at += 3) {
    std::uint32_t group = 0;
    auto count = std::min<std::size_t>(3, raw.size() - at);
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(raw[at + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= count ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

result<std::string> from_base64(std::string_view text) {
  std::string out;
  if (text.size() % 4 != 0)
    return failure{errc::invalid, "not base64: its length is not a multiple of four"};
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::uint32_t group = 0;
    std::size_t count = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      auto digit = digits.find(text[at + k]);
      bool padding = text[at + k] == '=' && at + 4 == text.size() && k >= 2;
      if (digit == std::string_view::npos ? !padding : count < k)
        return failure{errc::invalid, "not base64"};
      count += padding ? 0 : 1;
      group = group << 6 | (padding ? 0u : static_cast<std::uint32_t>(digit));
    }
    for (std::size_t k = 0; k + 1 < count; ++k)
      out += static_cast<char>(group >> (16 - 8 * k) & 0xff);
  }
  return out;
}

} // namespace troupe::model
