#include "storage/log_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "storage/utf8.hpp"

namespace troupe {

namespace {

constexpr char escape = '\033';
// A cursor sequence with more digits than fit this is none.
constexpr std::size_t sequence_bytes_max = 24;

bool has(std::string_view text, char c) {
  return std::memchr(text.data(), c, text.size()) != nullptr;
}

enum class sequence_kind { none, line_end, unfinished };

struct seen_sequence {
  sequence_kind kind = sequence_kind::none;
  std::size_t size = 0;
};

std::size_t digits(std::string_view text, std::size_t at) {
  auto start = at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9')
    ++at;
  return at - start;
}

// What the ESC that `text` begins with turns out to be.
seen_sequence look(std::string_view text) {
  constexpr seen_sequence none{}, unfinished{sequence_kind::unfinished, 0};
  text = text.substr(0, sequence_bytes_max);
  bool more_may_come = text.size() < sequence_bytes_max;
  auto cut_off = more_may_come ? unfinished : none;
  if (text.size() < 2)
    return cut_off;
  if (text[1] != '[')
    return none;
  if (text.size() < 3)
    return cut_off;
  if (text[2] == 'u')
    return {sequence_kind::line_end, 3};
  auto rows = digits(text, 2);
  auto at = 2 + rows;
  if (rows == 0)
    return none;
  if (at == text.size())
    return cut_off;
  if (text[at] == 'J')
    return text.substr(2, rows) == "2" ? seen_sequence{sequence_kind::line_end, at + 1} : none;
  if (text[at] != ';')
    return none;
  auto columns = digits(text, at + 1);
  at += 1 + columns;
  if (at == text.size())
    return cut_off;
  if (columns > 0 && (text[at] == 'H' || text[at] == 'f'))
    return {sequence_kind::line_end, at + 1};
  return none;
}

// Where to go on in text whose part before `end` was looked at: at an ESC that was unfinished.
std::size_t resume_at(std::string_view text) {
  auto tail = text.size() - std::min(text.size(), sequence_bytes_max);
  auto last = text.rfind(escape);
  if (last == std::string_view::npos || last < tail)
    return text.size();
  return look(text.substr(last)).kind == sequence_kind::unfinished ? last : text.size();
}

constexpr auto ends_of_line = [] {
  std::array<bool, 256> out{};
  for (unsigned char c : {'\n', '\r', '\033', '\b'})
    out[c] = true;
  return out;
}();

std::size_t next_end(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_of_line[static_cast<unsigned char>(text[at])])
    ++at;
  return at;
}

} // namespace

void line_splitter::append(std::string_view came, std::string& out) {
  if (came.empty())
    return;
  cut(out);
  // Plain text, which is nearly all, goes through as a block.
  if (!after_cr && !after_backspace && !has(came, '\r') && !has(came, escape) && !has(came, '\b')
      && !has(pending, escape)) {
    auto last = came.rfind('\n');
    if (last == std::string_view::npos) {
      pending += came;
      return;
    }
    if (pending.empty()) {
      append_utf8(out, came.substr(0, last + 1));
    } else {
      auto first = came.find('\n');
      pending += came.substr(0, first + 1);
      append_utf8(out, pending);
      append_utf8(out, came.substr(first + 1, last - first));
    }
    pending.assign(came.substr(last + 1));
    return;
  }
  auto from = resume_at(pending);
  auto text = std::exchange(pending, {});
  text += came;
  fold(text, from, out);
}

void line_splitter::fold(std::string_view text, std::size_t from, std::string& out) {
  std::size_t line = 0;
  auto end_line = [&](std::size_t at, std::size_t size) {
    append_utf8(out, text.substr(line, at - line));
    out.push_back('\n');
    line = at + size;
  };
  std::size_t at = from;
  while (at < text.size()) {
    char c = text[at];
    // The rest of a line end that began earlier: only where the line is still empty.
    if ((after_cr && c == '\n') || (after_backspace && c == '\b')) {
      after_cr = false;
      line = ++at;
      continue;
    }
    after_cr = after_backspace = false;
    at = next_end(text, at);
    if (at == text.size())
      break;
    c = text[at];
    if (c == escape) {
      auto seen = look(text.substr(at));
      if (seen.kind == sequence_kind::line_end)
        end_line(at, seen.size);
      at += seen.kind == sequence_kind::line_end ? seen.size : 1;
      continue;
    }
    end_line(at++, 1);
    after_cr = c == '\r';
    after_backspace = c == '\b';
  }
  pending.assign(text.substr(line));
}

// Buildbot leaves a long rest alone until more text arrives, then gives it up as lines; so memory
// stays bounded by what one arrival brings.
void line_splitter::cut(std::string& out) {
  if (pending.size() <= line_characters_max)
    return;
  std::string text;
  auto kept = incomplete_utf8_bytes(pending);
  append_utf8(text, std::string_view{pending}.substr(0, pending.size() - kept));
  if (utf8_length(text) <= line_characters_max)
    return;
  pending.erase(0, pending.size() - kept);
  for (std::string_view rest = text; !rest.empty();) {
    auto size = utf8_bytes(rest, line_characters_max);
    out.append(rest.substr(0, size));
    out.push_back('\n');
    rest.remove_prefix(size);
  }
}

void line_splitter::finish(std::string& out) {
  cut(out);
  if (!pending.empty()) {
    append_utf8(out, pending);
    out.push_back('\n');
  }
  *this = {};
}

namespace {

template <class Line>
void each_line(std::string_view lines, const Line& take) {
  while (!lines.empty()) {
    auto end = lines.find('\n');
    auto size = end == std::string_view::npos ? lines.size() : end + 1;
    take(lines.substr(0, size));
    lines.remove_prefix(size);
  }
}

} // namespace

void append_with_channel(std::string& out, char channel, std::string_view lines) {
  out.reserve(out.size() + lines.size() + lines.size() / 16);
  each_line(lines, [&](std::string_view line) {
    out.push_back(channel);
    out.append(line);
  });
}

void append_without_channel(std::string& out, std::string_view lines) {
  out.reserve(out.size() + lines.size());
  each_line(lines, [&](std::string_view line) { out.append(line.substr(1)); });
}

} // namespace troupe
